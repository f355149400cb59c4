//! Texts that are written piece by piece, each charged before it is written.

use super::budget::{Budget, CHUNK, long, reading};
use super::{Draft, Failure, Invalid, LENGTH, Limit, Outcome, Piece, Symbolic, Text};
use std::fmt;
use std::rc::Rc;

impl Budget {
    /// A known text.
    pub fn text(&self, text: &str) -> Outcome {
        let mut out = self.writer();
        out.push(text)?;
        Ok(out.text())
    }

    /// A text that is written piece by piece.
    pub fn writer(&self) -> Writer<'_> {
        Writer::new(self)
    }

    /// A text that is written piece by piece, of which some may not be known.
    pub fn drafter(&self) -> Drafter<'_> {
        Drafter::new(self)
    }
}

/// A text in the making.
#[derive(Debug)]
pub(in crate::ingest::terraform::source) struct Writer<'b> {
    budget: &'b Budget,
    text: String,
}

impl<'b> Writer<'b> {
    pub(super) fn new(budget: &'b Budget) -> Self {
        Writer {
            budget,
            text: String::new(),
        }
    }

    /// Adds a piece.
    pub fn push(&mut self, piece: &str) -> Result<(), Failure> {
        self.repeat(piece, 1)
    }

    /// Adds a piece so many times.
    pub fn repeat(&mut self, piece: &str, times: usize) -> Result<(), Failure> {
        let more = piece.len().saturating_mul(times);
        if self.text.len().saturating_add(more) > LENGTH {
            return Err(self.budget.hit(Limit::Bytes(long(LENGTH))));
        }
        self.budget.charge(1 + reading(more), long(more))?;
        for _ in 0..times {
            self.text.push_str(piece);
        }
        Ok(())
    }

    /// Adds characters.
    pub fn chars(&mut self, characters: impl IntoIterator<Item = char>) -> Result<(), Failure> {
        let mut buffer = [0; 4];
        for character in characters {
            self.push(character.encode_utf8(&mut buffer))?;
        }
        Ok(())
    }

    /// An empty one at the same expense.
    pub fn another(&self) -> Self {
        self.budget.writer()
    }

    /// What is written so far.
    pub fn written(&self) -> &str {
        &self.text
    }

    /// The text.
    pub fn text(self) -> Symbolic {
        Symbolic::Text(Text(Rc::from(self.text)))
    }
}

impl fmt::Write for Writer<'_> {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        self.push(piece).map_err(|_| fmt::Error)
    }
}

/// A text in the making of which some pieces may not be known.
#[derive(Debug)]
pub(in crate::ingest::terraform::source) struct Drafter<'b> {
    known: Writer<'b>,
    pieces: Vec<Piece>,
    /// The attribute that was added last, as it stands.
    attribute: Option<Symbolic>,
    weight: u32,
    depth: u32,
}

impl<'b> Drafter<'b> {
    pub(super) fn new(budget: &'b Budget) -> Self {
        Drafter {
            known: Writer::new(budget),
            pieces: Vec::new(),
            attribute: None,
            weight: 1,
            depth: 0,
        }
    }

    /// Adds known text.
    pub fn push(&mut self, piece: &str) -> Result<(), Failure> {
        self.known.push(piece)
    }

    /// Where known text is written to.
    pub fn writer(&mut self) -> &mut Writer<'b> {
        &mut self.known
    }

    /// Adds the text of a value.
    pub fn value(&mut self, value: &Symbolic) -> Result<(), Failure> {
        match value {
            Symbolic::Draft(draft) if !draft.is_base64() => {
                self.draft(draft, |text, out| out.push(text))
            }
            Symbolic::Draft(_) => self.open(value, true),
            other => match other.string() {
                Some(text) => self.push(&text),
                None if other.is_known() => Err(Invalid),
                None => {
                    let is_attribute = matches!(other, Symbolic::Attribute(_));
                    self.attribute = is_attribute.then(|| other.clone());
                    self.open(other, is_attribute)
                }
            },
        }
    }

    /// Adds a draft, of which what is known is written in another way.
    pub fn draft(
        &mut self,
        draft: &Draft,
        write: impl Fn(&str, &mut Writer<'b>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        for piece in draft.pieces() {
            match piece {
                Piece::Known(text) => write(text, &mut self.known)?,
                Piece::Open { value, one } => self.open(value, *one)?,
            }
        }
        Ok(())
    }

    /// Adds what is written of a value that is not known.
    pub fn open(&mut self, value: &Symbolic, one: bool) -> Result<(), Failure> {
        self.flush();
        let budget = self.known.budget;
        let mut known = true;
        budget.add(&mut known, &mut self.weight, &mut self.depth, value)?;
        budget.hold(1, size_of::<Piece>() + value.own_bytes())?;
        self.pieces.push(Piece::Open {
            value: value.clone(),
            one,
        });
        Ok(())
    }

    fn flush(&mut self) {
        if self.known.text.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.known.text);
        let weight = u32::try_from(text.len() / CHUNK).unwrap_or(u32::MAX);
        self.weight = self.weight.saturating_add(weight);
        self.pieces.push(Piece::Known(Text(Rc::from(text))));
    }

    /// The text; a draft where something in it is not known.
    pub fn text(mut self) -> Symbolic {
        if self.pieces.is_empty() {
            return self.known.text();
        }
        self.flush();
        self.draft_of_pieces()
    }

    /// The same, where an attribute that is all of the text is that attribute: `join("", [aws_vpc.a.id, ""])`.
    pub fn text_or_attribute(mut self) -> Symbolic {
        match (
            self.pieces.len(),
            self.known.text.is_empty(),
            self.attribute.take(),
        ) {
            (1, true, Some(only)) => only,
            _ => self.text(),
        }
    }

    /// The text as a draft also where all of it is known: what it means is known, and not how exactly it is written.
    pub fn meaning(mut self) -> Symbolic {
        self.flush();
        self.draft_of_pieces()
    }

    fn draft_of_pieces(self) -> Symbolic {
        Symbolic::Draft(Rc::new(Draft {
            pieces: self.pieces,
            base64: false,
            weight: self.weight,
            depth: self.depth,
        }))
    }
}
