//! Rules of filters that let in fewer addresses: edits of the literals that say whom a rule is about.

mod form;
mod literal;
mod planned;
#[cfg(test)]
mod tests;

use super::{AmendError, remove, text_of};
use crate::ingest::{File, Kind};
use crate::model::{AddressSet, Restriction};
use form::{Form, Shape, are_of_resource, forms};
use hcl_edit::Span;
use hcl_edit::expr::Expression;
use hcl_edit::parser::parse_body;
use hcl_edit::structure::{Block, Body};
use literal::{Literal, literal};
use planned::{Change, Replaced};
use serde_json::Value;
use std::ops::Range;
use std::sync::Arc;

/// Most blocks that a rule is left with.
const MOST_BLOCKS: usize = 20;

/// What replaces bytes of a file.
struct Edit {
    path: Arc<str>,
    bytes: Range<usize>,
    text: String,
}

/// Makes the rule about the addresses that it stays about, in its sources and in the plan.
pub(super) fn restrict(own: &Restriction, files: &mut [File]) -> Result<(), AmendError> {
    let none = || AmendError::NoBlock(own.origin.address.clone());
    let place = &own.origin.place;
    let mut sources = files.iter().filter(|file| is_source(file));
    let file = sources.find(|file| file.path == place.file);
    let file = file.ok_or_else(none)?;
    let text = text_of(file)?;
    let body = parse_body(text).map_err(|_| none())?;
    let declared = Declared::of(own, text, &body)?;
    if own.after.is_empty() && declared.nested.is_none() {
        return remove::remove(&own.origin, files);
    }
    let (edits, change) = if own.after.is_empty() {
        declared.without(own).ok_or_else(none)?
    } else {
        declared.edits(own, files)?
    };
    if edits.is_empty() {
        return Err(none());
    }
    edits.into_iter().for_each(|edit| apply(edit, files));
    planned::change(files, &change);
    Ok(())
}

fn is_source(file: &File) -> bool {
    file.kind == Some(Kind::Sources) && file.path.ends_with(".tf")
}

fn apply(edit: Edit, files: &mut [File]) {
    for file in files.iter_mut().filter(|file| file.path == edit.path) {
        if let Ok(text) = std::str::from_utf8(&file.bytes) {
            let mut text = text.to_owned();
            text.replace_range(edit.bytes.clone(), &edit.text);
            file.bytes = text.into_bytes();
        }
    }
}

/// The block that declares a rule.
struct Declared<'t> {
    text: &'t str,
    body: &'t Body,
    kind: &'t str,
    name: &'t str,
    resource: &'t Block,
    /// The block in it that is the rule, where the rule is no resource of its own.
    nested: Option<&'t Block>,
    forms: &'static [Form],
}

impl<'t> Declared<'t> {
    fn of(own: &'t Restriction, text: &'t str, body: &'t Body) -> Result<Self, AmendError> {
        let address = &own.origin.address;
        let none = || AmendError::NoBlock(address.clone());
        let (kind, name) = address.split_once('.').ok_or_else(none)?;
        if kind == "module" || name.contains(['.', '[']) {
            return Err(AmendError::Repeated(address.clone()));
        }
        let forms = forms(kind, own.direction).ok_or_else(none)?;
        let resource = resource(body, kind, name).ok_or_else(none)?;
        if ["for_each", "count"]
            .iter()
            .any(|key| resource.body.has_attribute(key))
        {
            return Err(AmendError::Repeated(address.clone()));
        }
        let line = own.origin.place.line;
        let is_here = |block: &&Block| line_of(block, text) == Some(line);
        let nested = if is_here(&resource) || are_of_resource(kind) {
            None
        } else {
            let block = resource.body.blocks().find(is_here).ok_or_else(none)?;
            Some(block)
                .filter(|block| block.ident.as_str() != "dynamic")
                .ok_or_else(none)
                .map(Some)?
        };
        Ok(Declared {
            text,
            body,
            kind,
            name,
            resource,
            nested,
            forms,
        })
    }

    fn block(&self) -> &'t Block {
        self.nested.unwrap_or(self.resource)
    }

    /// The edits, the last of a file first, and the same for the plan.
    fn edits(&self, own: &Restriction, files: &[File]) -> Result<(Vec<Edit>, Change), AmendError> {
        let mut edits = Vec::new();
        let mut change = self.change();
        for (attribute, shape) in self.forms {
            let Some(value) = self.block().body.get_attribute(attribute) else {
                continue;
            };
            let place = (&own.origin.place.file, *attribute);
            let found = literal(&value.value, place, files)?;
            let left = left(&found.values, own)?;
            if left == found.values {
                continue;
            }
            let said = Said {
                attribute,
                shape: *shape,
                found: &found,
                left,
            };
            let key = value.key.span();
            self.one(said, key, own, (&mut edits, &mut change))?;
        }
        edits.sort_by(|one, other| {
            (&other.path, other.bytes.start).cmp(&(&one.path, one.bytes.start))
        });
        Ok((edits, change))
    }

    /// The same without a block that names nobody but addresses; none where it names others as well.
    fn without(&self, own: &Restriction) -> Option<(Vec<Edit>, Change)> {
        let block = self.block();
        let names = ["security_groups", "prefix_list_ids", "self"];
        if names.iter().any(|name| block.body.has_attribute(name)) {
            return None;
        }
        let mut change = self.change();
        change.goes = true;
        let edit = Edit {
            path: own.origin.place.file.clone(),
            bytes: remove::lines(self.text, block.span()?)?,
            text: String::new(),
        };
        Some((vec![edit], change))
    }

    /// What an attribute becomes.
    fn one(
        &self,
        said: Said<'_>,
        key: Option<Range<usize>>,
        own: &Restriction,
        (edits, change): (&mut Vec<Edit>, &mut Change),
    ) -> Result<(), AmendError> {
        let refused = || AmendError::OneBlock(said.attribute.to_owned());
        let Said {
            attribute,
            shape,
            found,
            left,
        } = &said;
        let edit = |bytes: Range<usize>, text: String| Edit {
            path: found.path.clone(),
            bytes,
            text,
        };
        let mut replaced = Replaced::new(attribute, found, shape == &Shape::List);
        match (shape, left.as_slice()) {
            (Shape::List, _) => {
                edits.push(edit(found.bytes.clone(), list(left)));
                replaced.after = vec![((*attribute).to_owned(), Value::from(left.clone()))];
            }
            (Shape::Word(many), [_, _, ..] | []) => {
                let key = key
                    .filter(|_| found.own && !left.is_empty())
                    .ok_or_else(refused)?;
                edits.push(edit(found.bytes.clone(), list(left)));
                edits.push(edit(key, (*many).to_owned()));
                replaced.after = vec![
                    ((*attribute).to_owned(), Value::Null),
                    ((*many).to_owned(), Value::from(left.clone())),
                ];
            }
            (_, [one]) => {
                edits.push(edit(found.bytes.clone(), format!("{one:?}")));
                replaced.after = vec![((*attribute).to_owned(), Value::from(one.clone()))];
            }
            (Shape::One, [first, others @ ..]) if found.own => {
                edits.push(edit(found.bytes.clone(), format!("{first:?}")));
                replaced.after = vec![((*attribute).to_owned(), Value::from(first.clone()))];
                edits.push(self.copies(others, found, change).ok_or_else(refused)?);
            }
            _ => {
                let one = covering(&own.after).filter(|one| {
                    AddressSet::parse(one)
                        .is_ok_and(|set| set != own.before && set.is_subset(&own.before))
                });
                let one = one.ok_or_else(refused)?;
                edits.push(edit(found.bytes.clone(), format!("{one:?}")));
                replaced.after = vec![((*attribute).to_owned(), Value::from(one))];
            }
        }
        change.replaced.push(replaced);
        Ok(())
    }

    /// Copies of the block behind it, each with another literal.
    fn copies(&self, others: &[String], found: &Literal, change: &mut Change) -> Option<Edit> {
        let whole = self.block().span()?;
        let text = self.text.get(whole.clone())?;
        let start = self
            .text
            .get(..whole.start)?
            .rfind('\n')
            .map_or(0, |at| at + 1);
        let indent = self.text.get(start..whole.start)?;
        let mut out = String::new();
        for other in others {
            let mut copy = text.to_owned();
            let at = |bytes: &Range<usize>| bytes.start - whole.start..bytes.end - whole.start;
            copy.replace_range(at(&found.bytes), &format!("{other:?}"));
            if self.nested.is_none() {
                let name = self.free(&change.copies);
                let label = self.resource.labels.get(1)?.span()?;
                copy.replace_range(at(&label), &format!("{name:?}"));
                change.copies.push((name, other.clone()));
                out.push_str("\n\n");
            } else {
                change.copies.push((String::new(), other.clone()));
                out.push('\n');
            }
            out.push_str(indent);
            out.push_str(&copy);
        }
        Some(Edit {
            path: found.path.clone(),
            bytes: whole.end..whole.end,
            text: out,
        })
    }

    /// A name for a copy that no resource of the file has.
    fn free(&self, taken: &[(String, String)]) -> String {
        let is_free = |name: &String| {
            resource(self.body, self.kind, name).is_none()
                && taken.iter().all(|(own, _)| own != name)
        };
        let names = (2..).map(|number| format!("{}_{number}", self.name));
        names.into_iter().find(is_free).unwrap_or_default()
    }

    /// The change of the plan, before it is known what is replaced.
    fn change(&self) -> Change {
        let literal = |value: &Expression| match value {
            Expression::String(own) => Some(Value::from(own.as_str())),
            Expression::Number(own) => serde_json::from_str(&own.value().to_string()).ok(),
            Expression::Array(list) => {
                let each = list.iter().map(|one| one.as_str().map(Value::from));
                each.collect::<Option<Vec<_>>>().map(Value::from)
            }
            _ => None,
        };
        let siblings = self.nested.iter().flat_map(|block| block.body.attributes());
        Change {
            kind: self.kind.to_owned(),
            name: self.name.to_owned(),
            nested: self.nested.map(|block| block.ident.as_str().to_owned()),
            siblings: siblings
                .filter_map(|own| Some((own.key.as_str().to_owned(), literal(&own.value)?)))
                .collect(),
            goes: false,
            replaced: Vec::new(),
            copies: Vec::new(),
        }
    }
}

/// An attribute, what it says, and what is left of that.
struct Said<'a> {
    attribute: &'static str,
    shape: Shape,
    found: &'a Literal,
    left: Vec<String>,
}

fn resource<'b>(body: &'b Body, kind: &str, name: &str) -> Option<&'b Block> {
    body.blocks().find(|block| {
        let labels: Vec<&str> = block.labels.iter().map(|label| label.as_str()).collect();
        block.ident.as_str() == "resource" && labels == [kind, name]
    })
}

/// The line of a block, from 1.
fn line_of(block: &Block, text: &str) -> Option<u32> {
    let front = text.get(..block.span()?.start)?;
    u32::try_from(front.matches('\n').count() + 1).ok()
}

/// What of some blocks stays; all that stays in place of a word that is no block.
fn left(values: &[String], own: &Restriction) -> Result<Vec<String>, AmendError> {
    let blocks = |set: &AddressSet| {
        set.blocks()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    let mut out = Vec::new();
    for value in values {
        match AddressSet::parse(value) {
            Ok(set) if set.is_subset(&own.after) => out.push(value.clone()),
            Ok(set) => out.extend(blocks(&set.intersection(&own.after))),
            Err(_) => out.extend(blocks(&own.after)),
        }
    }
    if out.len() > MOST_BLOCKS {
        return Err(AmendError::TooManyBlocks(out.len()));
    }
    Ok(out)
}

fn list(blocks: &[String]) -> String {
    let quoted: Vec<String> = blocks.iter().map(|block| format!("{block:?}")).collect();
    format!("[{}]", quoted.join(", "))
}

/// The smallest block that covers all of some addresses; none where they are of both families, or none.
fn covering(addresses: &AddressSet) -> Option<String> {
    let blocks = addresses.blocks();
    let mut net = *blocks.first()?;
    while !blocks.iter().all(|block| net.contains(block)) {
        net = net.supernet()?;
    }
    Some(net.trunc().to_string())
}
