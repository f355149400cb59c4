//! One end of a wanted crossing: pods, resources or addresses, by the words of whoever wrote it.

use crate::model::{AddressSet, Endpoint, Id, Workload, World};
use crate::reach::Party;
use regex::Regex;
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;

/// Longest text of one end, in bytes.
const LONGEST: usize = 500;

/// What an end may be.
const EXPECTED: &str = "expected a workload (`shop/cart`, `shop/*`), a resource's Terraform address \
    (`aws_db_instance.orders`), an address or a block (`10.40.0.0/16`)";

/// One end, as an entry names it.
#[derive(Clone, Debug)]
pub struct End {
    /// As it is written.
    pub written: String,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Addresses(AddressSet),
    Workloads(Workloads),
    Resources(Pattern),
}

/// `CLUSTER:kind/namespace/name[Kind]`, of which only namespace and name must be there.
#[derive(Clone, Debug)]
struct Workloads {
    cluster: Option<Pattern>,
    kind: Option<String>,
    namespace: Pattern,
    name: Pattern,
}

/// A name in which `*` stands for any characters.
#[derive(Clone, Debug)]
enum Pattern {
    Literal(String),
    Glob(Regex),
}

impl Pattern {
    fn new(text: &str) -> Result<Self, String> {
        if !text.contains('*') {
            return Ok(Pattern::Literal(text.to_owned()));
        }
        let parts: Vec<String> = text.split('*').map(regex::escape).collect();
        let regex = Regex::new(&format!("^{}$", parts.join("(?s:.*)")));
        regex
            .map(Pattern::Glob)
            .map_err(|_| format!("`{text}` is too large a pattern"))
    }

    fn fits(&self, name: &str) -> bool {
        match self {
            Pattern::Literal(own) => own == name,
            Pattern::Glob(regex) => regex.is_match(name),
        }
    }
}

/// What an end stands for in a world.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// The workloads that it names.
    pub(crate) workloads: FxHashSet<Id<Workload>>,
    /// The resources that it names.
    pub(crate) endpoints: FxHashSet<Id<Endpoint>>,
    /// The addresses that it names.
    pub(crate) blocks: AddressSet,
    /// Where those that it names may stand: bare addresses among these are theirs as far as anybody knows.
    stands: AddressSet,
}

impl End {
    /// Reads one end.
    ///
    /// # Errors
    /// What is wrong with the text, and what was expected.
    pub fn read(text: &str) -> Result<Self, String> {
        let what = what(text)?;
        Ok(End {
            written: text.to_owned(),
            what,
        })
    }

    /// Whether it names pods.
    pub fn is_of_pods(&self) -> bool {
        matches!(self.what, What::Workloads(_))
    }

    /// What it stands for in a world.
    pub fn named(&self, world: &World) -> Named {
        let mut out = Named::default();
        match &self.what {
            What::Addresses(addresses) => out.blocks = addresses.clone(),
            What::Workloads(own) => {
                let ids = world.workloads.ids().filter(|id| own.names(*id, world));
                out.workloads = ids.collect();
                let each = out.workloads.iter().map(|id| pods(*id, world));
                out.stands = each.collect();
            }
            What::Resources(own) => {
                let endpoints = world.endpoints.iter();
                let fitting = endpoints.filter(|(_, endpoint)| own.fits(&endpoint.name));
                out.endpoints = fitting.map(|(id, _)| id).collect();
                let each = out.endpoints.iter().map(|id| attached(*id, world));
                out.stands = each.collect();
            }
        }
        out
    }

    /// The names of the world among which it looks, for whoever misspelt one.
    pub fn candidates(&self, world: &World) -> BTreeSet<String> {
        match self.what {
            What::Addresses(_) => BTreeSet::new(),
            What::Workloads(_) => {
                let ids = world.workloads.ids();
                ids.map(|id| world.workload_title(id)).collect()
            }
            What::Resources(_) => {
                let endpoints = world.endpoints.iter();
                endpoints.map(|(_, own)| own.name.clone()).collect()
            }
        }
    }
}

impl Named {
    /// Whether it names nothing that the input holds.
    pub fn is_empty(&self) -> bool {
        self.workloads.is_empty() && self.endpoints.is_empty() && self.blocks.is_empty()
    }

    /// Whether it names a party, or some of bare addresses, by what is written: where those that it names may stand is not written.
    pub fn names(&self, party: &Party, world: &World) -> bool {
        match party {
            Party::Addresses(own) => !own.is_disjoint(&self.blocks),
            named => !self.of(named, world).is_empty(),
        }
    }

    /// What of a party it holds: all addresses where it names the party as a whole, some of bare addresses.
    pub fn of(&self, party: &Party, world: &World) -> AddressSet {
        let within = |own: &AddressSet| !own.is_empty() && own.is_subset(&self.blocks);
        let whole = match party {
            Party::Workload(id) => self.workloads.contains(id) || within(&pods(*id, world)),
            Party::Endpoint(id) => self.endpoints.contains(id) || within(&attached(*id, world)),
            Party::Addresses(own) => return own.intersection(&self.blocks),
        };
        if whole {
            AddressSet::all()
        } else {
            AddressSet::none()
        }
    }

    /// Of bare addresses those that a resource or pods that it names may have.
    pub fn may_stand(&self, party: &Party) -> AddressSet {
        match party {
            Party::Addresses(own) => own.intersection(&self.stands),
            Party::Workload(_) | Party::Endpoint(_) => AddressSet::none(),
        }
    }

    /// The first of those that it names, at most so many.
    pub fn first(&self, most: usize) -> Vec<Party> {
        let workloads: BTreeSet<_> = self.workloads.iter().copied().collect();
        let endpoints: BTreeSet<_> = self.endpoints.iter().copied().collect();
        let blocks = (!self.blocks.is_empty()).then(|| Party::Addresses(self.blocks.clone()));
        let all = workloads.into_iter().map(Party::Workload);
        let all = all.chain(endpoints.into_iter().map(Party::Endpoint));
        all.chain(blocks).take(most).collect()
    }
}

impl Workloads {
    fn names(&self, id: Id<Workload>, world: &World) -> bool {
        let own = &world.workloads[id];
        let cluster = &world.clusters[own.cluster];
        let kind = |kind: &String| kind.eq_ignore_ascii_case(&own.kind);
        let within = |pattern: &Pattern| {
            pattern.fits(&cluster.name)
                || cluster.title.as_ref().is_some_and(|own| pattern.fits(own))
        };
        self.name.fits(&own.name)
            && self.namespace.fits(&world.namespaces[own.namespace].name)
            && self.kind.as_ref().is_none_or(kind)
            && self.cluster.as_ref().is_none_or(within)
    }
}

/// The addresses that pods of a workload may have.
fn pods(id: Id<Workload>, world: &World) -> AddressSet {
    let placements = world.workloads[id].pod_placements.iter();
    placements.map(|own| own.pod.addresses.clone()).collect()
}

/// The addresses that a resource may have.
fn attached(id: Id<Endpoint>, world: &World) -> AddressSet {
    let attachments = world.endpoints[id].attachments.iter();
    attachments.map(|own| own.addresses.clone()).collect()
}

fn what(text: &str) -> Result<What, String> {
    let is_control = |c: char| c.is_control() || c.is_whitespace();
    if text.is_empty() || text.len() > LONGEST || text.contains(is_control) {
        return Err(format!("this names nobody: {EXPECTED}"));
    }
    if let Ok(addresses) = AddressSet::parse(text) {
        return Ok(What::Addresses(addresses));
    }
    if text.starts_with(|c: char| c.is_ascii_digit()) && text.contains(['.', ':']) {
        return Err(format!(
            "`{text}` is no block of addresses: expected one as 10.0.0.0/16 or 10.0.0.1"
        ));
    }
    if let Some(own) = workloads(text)? {
        return Ok(What::Workloads(own));
    }
    let kind = text.split(['.', '[']).next().unwrap_or_default();
    let is_kind = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '*';
    if text.contains('.') && !kind.is_empty() && kind.chars().all(is_kind) {
        return Pattern::new(text).map(What::Resources);
    }
    Err(format!("`{text}` names nobody: {}{EXPECTED}", meant(text)))
}

/// What somebody may have meant whose text is none of the forms.
fn meant(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let small = matches!(workloads(&lower), Ok(Some(_)));
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if matches!(text, "*" | "any" | "all") {
        "for every address write `0.0.0.0/0`; ".to_owned()
    } else if small && lower != text {
        format!("did you mean `{lower}`? names in Kubernetes are lower case; ")
    } else if text.chars().all(is_name) {
        format!("did you mean `{text}/*`? ")
    } else {
        String::new()
    }
}

/// A workload's name or pattern; none where the text has another form.
fn workloads(text: &str) -> Result<Option<Workloads>, String> {
    let (text, suffix) = match text
        .strip_suffix(']')
        .and_then(|text| text.rsplit_once('['))
    {
        Some((front, kind)) if kind.chars().all(|c| c.is_ascii_alphabetic()) => (front, Some(kind)),
        _ => (text, None),
    };
    let (cluster, rest) = match text.rsplit_once(':') {
        Some((cluster, rest)) => (Some(cluster), rest),
        None => (None, text),
    };
    let parts: Vec<&str> = rest.split('/').collect();
    let (kind, namespace, name) = match parts.as_slice() {
        [namespace, name] => (suffix, *namespace, *name),
        [kind, namespace, name] => (Some(*kind), *namespace, *name),
        _ => return Ok(None),
    };
    let is_name = |part: &str| {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.*".contains(c);
        !part.is_empty() && part.chars().all(fits)
    };
    let is_kind = |kind: &str| !kind.is_empty() && kind.chars().all(|c| c.is_ascii_alphabetic());
    if !is_name(namespace) || !is_name(name) || !kind.is_none_or(is_kind) {
        return Ok(None);
    }
    Ok(Some(Workloads {
        cluster: cluster.map(Pattern::new).transpose()?,
        kind: kind.map(str::to_owned),
        namespace: Pattern::new(namespace)?,
        name: Pattern::new(name)?,
    }))
}
