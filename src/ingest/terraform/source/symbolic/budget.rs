//! How much work and memory the expressions of one root module may take, and the only way to make values: each charges what it
//! will cost before it is made.
//!
//! Work is counted in steps: an expression that is evaluated, an element that is visited or made, or 64 bytes that are read or
//! written. Memory is counted in bytes that values were made of, whether they are still held or not.

use super::{Candidates, Compound, DEPTH, Draft, ELEMENTS, Exhausted, Failure, Outcome, Symbolic};
use std::cell::Cell;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

/// Most steps for one resource, and for a root module without resources; each resource adds to that.
const STEPS: u64 = 2_000_000;
const ALL_STEPS: u64 = 8_000_000;
const STEPS_FOR_EACH: u64 = 2_000;
/// Most bytes, likewise.
const BYTES: u64 = 32 << 20;
const ALL_BYTES: u64 = 96 << 20;
const BYTES_FOR_EACH: u64 = 8 << 10;
/// Most candidates for one value.
const CANDIDATES: usize = 10_000;
/// Bytes that a field of a map, or a candidate, takes beside its name.
const FIELD: usize = 96;
/// Bytes that are read or written in one step.
pub(super) const CHUNK: usize = 64;

/// What expressions may still spend. One for each root module.
#[derive(Debug)]
pub(in crate::ingest::terraform::source) struct Budget {
    /// Steps and bytes of the resource at hand.
    own: Account,
    /// Steps and bytes of all resources of the root module.
    all: Account,
    /// What was hit last, and how often something was.
    hit: Cell<Option<Limit>>,
    hits: Cell<u64>,
}

#[derive(Debug)]
struct Account {
    steps: Cell<u64>,
    bytes: Cell<u64>,
    most_steps: u64,
    most_bytes: u64,
}

/// The limit of which an expression would take more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    /// Steps of work.
    Steps(u64),
    /// Bytes of values.
    Bytes(u64),
    /// Elements of one value.
    Elements(u64),
    /// Expressions within each other.
    Depth(u64),
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Limit::Steps(most) => write!(f, "more than {most} steps"),
            Limit::Bytes(most) => write!(f, "more than {most} bytes"),
            Limit::Elements(most) => write!(f, "more than {most} elements"),
            Limit::Depth(most) => write!(f, "nested more than {most} deep"),
        }
    }
}

impl Account {
    fn new(most_steps: u64, most_bytes: u64) -> Self {
        Account {
            steps: Cell::new(0),
            bytes: Cell::new(0),
            most_steps,
            most_bytes,
        }
    }

    fn charge(&self, steps: u64, bytes: u64) -> Result<(), Limit> {
        let steps = self.steps.get().saturating_add(steps);
        let bytes = self.bytes.get().saturating_add(bytes);
        self.steps.set(steps);
        self.bytes.set(bytes);
        if steps > self.most_steps {
            Err(Limit::Steps(self.most_steps))
        } else if bytes > self.most_bytes {
            Err(Limit::Bytes(self.most_bytes))
        } else {
            Ok(())
        }
    }

    fn is_open(&self) -> bool {
        self.steps.get() <= self.most_steps && self.bytes.get() <= self.most_bytes
    }
}

pub(super) fn long(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// Steps that it takes to read a text of so many bytes.
pub(super) fn reading(length: usize) -> u64 {
    long(length / CHUNK)
}

impl Budget {
    /// The budget of a root module of which the plan holds so many resources.
    pub fn of(resources: usize) -> Budget {
        let resources = long(resources);
        Budget {
            own: Account::new(STEPS, BYTES),
            all: Account::new(
                ALL_STEPS.saturating_add(resources.saturating_mul(STEPS_FOR_EACH)),
                ALL_BYTES.saturating_add(resources.saturating_mul(BYTES_FOR_EACH)),
            ),
            hit: Cell::new(None),
            hits: Cell::new(0),
        }
    }

    /// A budget of so many steps and bytes in all.
    #[cfg(test)]
    pub fn limited(steps: u64, bytes: u64) -> Budget {
        Budget {
            own: Account::new(steps, bytes),
            all: Account::new(steps, bytes),
            ..Budget::of(0)
        }
    }

    /// Starts the account of one resource.
    pub fn begin(&self) {
        self.own.steps.set(0);
        self.own.bytes.set(0);
    }

    /// Steps of the resource at hand so far.
    pub fn steps(&self) -> u64 {
        self.own.steps.get()
    }

    /// Whether so many steps are so large a part of what a resource may take that they are not to be tried again.
    pub fn is_much(&self, steps: u64) -> bool {
        steps > self.own.most_steps / 2
    }

    /// Bytes of the resource at hand so far.
    #[cfg(test)]
    pub fn bytes(&self) -> u64 {
        self.own.bytes.get()
    }

    /// Whether there is something left.
    pub fn is_open(&self) -> bool {
        self.own.is_open() && self.all.is_open()
    }

    /// What was hit last, and how often a limit was.
    pub fn hits(&self) -> (u64, Option<Limit>) {
        (self.hits.get(), self.hit.get())
    }

    /// Notes that a limit was hit.
    pub fn hit(&self, limit: Limit) -> Failure {
        self.hit.set(Some(limit));
        self.hits.set(self.hits.get() + 1);
        Exhausted
    }

    /// Notes that an answer is taken that a limit had cut short.
    pub fn hit_again(&self) {
        self.hits.set(self.hits.get() + 1);
    }

    pub(super) fn charge(&self, steps: u64, bytes: u64) -> Result<(), Failure> {
        let all = self.all.charge(steps, bytes);
        all.and(self.own.charge(steps, bytes))
            .map_err(|limit| self.hit(limit))
    }

    /// Takes steps.
    pub fn spend(&self, steps: u64) -> Result<(), Failure> {
        self.charge(steps, 0)
    }

    /// Takes the steps of visiting so many elements.
    pub fn visit(&self, elements: usize) -> Result<(), Failure> {
        self.charge(long(elements), 0)
    }

    /// Takes the steps of reading a whole value.
    pub fn read(&self, value: &Symbolic) -> Result<(), Failure> {
        self.charge(u64::from(value.weight()), 0)
    }

    /// Takes the memory for so many things of a size.
    pub fn hold(&self, count: usize, size: usize) -> Result<(), Failure> {
        self.charge(long(count), long(count.saturating_mul(size)))
    }

    /// A draft as Base64, or out of it. None where it is that already.
    pub fn base64(&self, draft: &Draft, base64: bool) -> Result<Option<Symbolic>, Failure> {
        self.charge(u64::from(draft.weight), u64::from(draft.weight) * 64)?;
        let turned = Draft {
            base64,
            ..draft.clone()
        };
        Ok((draft.base64 != base64).then(|| Symbolic::Draft(Rc::new(turned))))
    }

    /// A list of elements.
    pub fn list(&self, items: impl IntoIterator<Item = Symbolic>) -> Outcome {
        self.try_list(items.into_iter().map(Ok))
    }

    /// A list of elements that may fail to be made.
    pub fn try_list(&self, items: impl IntoIterator<Item = Outcome>) -> Outcome {
        self.gathered(items)
            .map(|made| Symbolic::List(Rc::new(made)))
    }

    /// Elements that come from other sequences: in an order that is not known, where `ordered` is false.
    pub fn sequence(&self, items: impl IntoIterator<Item = Symbolic>, ordered: bool) -> Outcome {
        self.try_sequence(items.into_iter().map(Ok), ordered)
    }

    /// A sequence of elements that may fail to be made.
    pub fn try_sequence(&self, items: impl IntoIterator<Item = Outcome>, ordered: bool) -> Outcome {
        let made = Rc::new(self.gathered(items)?);
        Ok(if ordered || made.len() < 2 {
            Symbolic::List(made)
        } else {
            Symbolic::Set(made)
        })
    }

    fn gathered(
        &self,
        items: impl IntoIterator<Item = Outcome>,
    ) -> Result<Compound<Vec<Symbolic>>, Failure> {
        let mut out = Compound::<Vec<Symbolic>>::default();
        for item in items {
            let item = item?;
            self.add(&mut out.known, &mut out.weight, &mut out.depth, &item)?;
            self.charge(1, long(size_of::<Symbolic>() + item.own_bytes()))?;
            out.inner.push(item);
        }
        Ok(out)
    }

    /// A set of the items, which need not be distinct.
    pub fn set(&self, items: impl IntoIterator<Item = Symbolic>) -> Outcome {
        let items = self.gathered(items.into_iter().map(Ok))?.inner;
        let (mut known, open): (Vec<_>, Vec<_>) = items.into_iter().partition(Symbolic::is_known);
        self.sort(&mut known)?;
        known.dedup_by(|a, b| a.order(b) == Ordering::Equal);
        let distinct = self.distinct(&open)?;
        Ok(Symbolic::Set(Rc::new(
            self.gathered(known.into_iter().chain(distinct).map(Ok))?,
        )))
    }

    /// A map or object. Of equal names the last one counts.
    pub fn map<N: AsRef<str>>(&self, fields: impl IntoIterator<Item = (N, Symbolic)>) -> Outcome {
        self.try_map(fields.into_iter().map(Ok))
    }

    /// A map of fields that may fail to be made.
    pub fn try_map<N: AsRef<str>>(
        &self,
        fields: impl IntoIterator<Item = Result<(N, Symbolic), Failure>>,
    ) -> Outcome {
        let mut out = Compound::<BTreeMap<String, Symbolic>>::default();
        for field in fields {
            let (name, value) = field?;
            let name = name.as_ref();
            self.add(&mut out.known, &mut out.weight, &mut out.depth, &value)?;
            self.charge(
                1 + reading(name.len()),
                long(FIELD + name.len() + value.own_bytes()),
            )?;
            out.inner.insert(name.to_owned(), value);
        }
        Ok(Symbolic::Map(Rc::new(out)))
    }

    /// Adds an element to what is known of the value that holds it.
    pub(super) fn add(
        &self,
        known: &mut bool,
        weight: &mut u32,
        depth: &mut u32,
        item: &Symbolic,
    ) -> Result<(), Failure> {
        *known &= item.is_known();
        *weight = weight.saturating_add(item.weight());
        *depth = (*depth).max(item.depth() + 1);
        if *weight > ELEMENTS {
            return Err(self.hit(Limit::Elements(u64::from(ELEMENTS))));
        }
        if *depth > DEPTH {
            return Err(self.hit(Limit::Depth(u64::from(DEPTH))));
        }
        Ok(())
    }

    /// Anything that may come from what occurs in the values; from anything at all, where these are too many.
    pub fn some_of<'v>(&self, values: impl IntoIterator<Item = &'v Symbolic>) -> Symbolic {
        let mut out = Candidates::new();
        for value in values {
            if self.collect(value, &mut out).is_err() {
                return Symbolic::unknown();
            }
        }
        Symbolic::any(out)
    }

    /// Adds what occurs in a value.
    pub fn collect(&self, value: &Symbolic, out: &mut Candidates) -> Result<(), Failure> {
        if value.is_known() {
            return Ok(());
        }
        self.charge(u64::from(value.weight()), 0)?;
        let before = out.len();
        value.collect(out);
        self.hold(out.len().saturating_sub(before), FIELD)?;
        if out.len() > CANDIDATES {
            return Err(self.hit(Limit::Elements(long(CANDIDATES))));
        }
        Ok(())
    }

    /// Sorts known values.
    pub fn sort(&self, values: &mut [Symbolic]) -> Result<(), Failure> {
        let all: u64 = values.iter().map(|value| u64::from(value.weight())).sum();
        let rounds = u64::from(values.len().checked_ilog2().unwrap_or(0) + 1);
        self.charge(all.saturating_mul(rounds), 0)?;
        values.sort_by(Symbolic::order);
        Ok(())
    }

    /// Whether two values are written alike, symbols included.
    pub fn same(&self, a: &Symbolic, b: &Symbolic) -> Result<bool, Failure> {
        self.charge(u64::from(a.weight().min(b.weight())), 0)?;
        Ok(a.is_known() == b.is_known() && a.order(b) == Ordering::Equal)
    }

    /// Whether two values are equal; none where that cannot be decided.
    pub fn equal(&self, a: &Symbolic, b: &Symbolic) -> Result<Option<bool>, Failure> {
        self.charge(u64::from(a.weight().min(b.weight())), 0)?;
        Ok(a.equal(b))
    }

    /// The values without those that are written as one before them.
    pub fn distinct(&self, values: &[Symbolic]) -> Result<Vec<Symbolic>, Failure> {
        let mut order: Vec<(usize, Symbolic)> = Vec::new();
        self.hold(values.len(), size_of::<(usize, Symbolic)>())?;
        order.extend(values.iter().cloned().enumerate());
        let all: u64 = values.iter().map(|value| u64::from(value.weight())).sum();
        let rounds = u64::from(values.len().checked_ilog2().unwrap_or(0) + 1);
        self.charge(all.saturating_mul(rounds), 0)?;
        order.sort_by(|(n, a), (m, b)| a.order(b).then(n.cmp(m)));
        order.dedup_by(|(_, a), (_, b)| a.order(b) == Ordering::Equal);
        order.sort_by_key(|(n, _)| *n);
        Ok(order.into_iter().map(|(_, value)| value).collect())
    }

    /// Whether a value is among others that are sorted.
    pub fn is_among(&self, value: &Symbolic, sorted: &[Symbolic]) -> Result<bool, Failure> {
        let rounds = u64::from(sorted.len().checked_ilog2().unwrap_or(0) + 1);
        self.charge(u64::from(value.weight()).saturating_mul(rounds), 0)?;
        Ok(sorted.binary_search_by(|other| other.order(value)).is_ok())
    }
}
