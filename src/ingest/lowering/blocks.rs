//! CIDR blocks and addresses of attributes, with what is not known kept in doubt.

use super::{Attribute, CHASE, Lowering, is_set};
use crate::ingest::terraform::{Resource, Value};
use crate::model::{AddressSet, Doubt, GapKind};

/// Addresses that an attribute holds: those that it surely holds, and why there may be others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blocks {
    /// The known ones.
    pub addresses: AddressSet,
    /// Why there are more, not known ones.
    pub rest: Doubt,
}

impl Blocks {
    /// These addresses and no others.
    #[must_use]
    pub fn of(addresses: AddressSet) -> Self {
        Blocks {
            addresses,
            rest: Doubt::none(),
        }
    }

    /// Adds what another holds.
    pub fn add(&mut self, other: &Blocks) {
        self.addresses = self.addresses.union(&other.addresses);
        self.rest = self.rest.and(&other.rest);
    }

    /// The known addresses where that is all; else `all` and the doubt.
    #[must_use]
    pub fn or(self, all: AddressSet) -> (AddressSet, Doubt) {
        if self.rest.is_certain() {
            (self.addresses, self.rest)
        } else {
            (self.addresses.union(&all), self.rest)
        }
    }
}

impl<L> Lowering<'_, L> {
    /// Reads blocks or addresses: one, or a list. What is unset adds nothing; what is unknown is traced to the resource
    /// whose attribute it copies, and else adds a doubt; so does text that is no block.
    pub fn blocks(&mut self, at: Attribute) -> Blocks {
        let mut out = Blocks::default();
        for item in at.value.items() {
            self.block(at.with(item), &mut out, CHASE);
        }
        out
    }

    fn block(&mut self, at: Attribute, out: &mut Blocks, steps: usize) {
        let graph = self.graph;
        match at.value {
            Value::Text(text) => match AddressSet::parse(text) {
                Ok(block) => out.addresses = out.addresses.union(&block),
                Err(_) if text.is_empty() => {}
                Err(wrong) => {
                    let what = format!("`{}` of `{}`: {wrong}", at.path, at.resource.address);
                    let doubt = self.world.doubt(
                        GapKind::Unreadable,
                        what,
                        Some(at.resource.origin_of(at.path)),
                    );
                    out.rest = out.rest.and(&doubt);
                }
            },
            Value::Reference(reference) if reference.exact && steps > 0 => {
                let values = reference.targets.iter().map(|target| {
                    graph.resources[target.resource]
                        .values
                        .get(&target.attribute)
                });
                let values: Vec<&Value> = values.collect();
                if values.is_empty() || values.iter().any(|value| !is_set(value)) {
                    out.rest = out.rest.and(&self.unknown(at));
                } else {
                    values
                        .iter()
                        .flat_map(|value| value.items())
                        .for_each(|value| self.block(at.with(value), out, steps - 1));
                }
            }
            value if value.is_unknown() => out.rest = out.rest.and(&self.unknown(at)),
            _ => {}
        }
    }

    /// The addresses that several attributes hold together; what is not known is left out.
    pub fn addresses_at(&mut self, resource: &Resource, paths: &[&str]) -> Blocks {
        let mut out = Blocks::default();
        for path in paths {
            let value = resource.values.get(path);
            if value.text().is_some() || !value.is_unknown() {
                let known = value.items().iter().filter(|item| !item.is_unknown());
                known.for_each(|item| {
                    let more = self.blocks(Attribute {
                        resource,
                        path,
                        value: item,
                    });
                    out.addresses = out.addresses.union(&more.addresses);
                });
            }
        }
        out
    }
}
