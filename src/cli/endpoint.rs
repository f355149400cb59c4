//! The words by which a command names an end of a flow.

use crate::model::{AddressSet, Cluster, Id, Workload, World};
use crate::reach::Party;

/// Words that name no end of a flow, or more than one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum EndpointError {
    /// Nothing of that name.
    #[error(
        "`{word}` is neither a workload, a resource with an address, nor an address or block{}",
        guess(nearest)
    )]
    Unknown { word: String, nearest: Vec<String> },
    /// Several workloads of that name.
    #[error("`{word}` may be any of {}: name one of them", list(candidates))]
    Ambiguous {
        word: String,
        candidates: Vec<String>,
    },
}

fn list(names: &[String]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn guess(nearest: &[String]) -> String {
    if nearest.is_empty() {
        String::new()
    } else {
        format!(": did you mean {}?", list(nearest))
    }
}

/// What `word` names: a workload (`shop/cart`, `deployment/shop/cart`, `CLUSTER:shop/cart`, `shop/cart[Deployment]`), a
/// resource by its Terraform address, an address or a block. Several where the pods of one workload differ; never none.
pub(super) fn resolve(word: &str, world: &World) -> Result<Vec<Party>, EndpointError> {
    if let Some((id, _)) = world
        .endpoints
        .iter()
        .find(|(_, endpoint)| endpoint.name == word)
    {
        return Ok(vec![Party::Endpoint(id)]);
    }
    if let Ok(addresses) = AddressSet::parse(word) {
        return Ok(vec![Party::Addresses(addresses)]);
    }
    let found: Vec<Id<Workload>> = world
        .workloads
        .ids()
        .filter(|id| is_named(word, *id, world))
        .collect();
    // Pods of one owner go by its name.
    let mut candidates: Vec<String> = found.iter().map(|id| world.workload_name(*id)).collect();
    candidates.sort();
    candidates.dedup();
    match candidates.len() {
        0 => Err(EndpointError::Unknown {
            word: word.to_owned(),
            nearest: nearest(word, world),
        }),
        1 => Ok(found.into_iter().map(Party::Workload).collect()),
        _ => Err(EndpointError::Ambiguous {
            word: word.to_owned(),
            candidates,
        }),
    }
}

fn is_named(word: &str, id: Id<Workload>, world: &World) -> bool {
    let workload = &world.workloads[id];
    let own = format!(
        "{}/{}",
        world.namespaces[workload.namespace].name, workload.name
    );
    let Some(rest) = without_cluster(word, &own, &world.clusters[workload.cluster]) else {
        return false;
    };
    let Some(front) = rest
        .strip_suffix(&format!("[{}]", workload.kind))
        .or(Some(rest))
        .and_then(|rest| rest.strip_suffix(&own))
    else {
        return false;
    };
    front.is_empty()
        || front
            .strip_suffix('/')
            .is_some_and(|kind| kind.eq_ignore_ascii_case(&workload.kind))
}

/// The word without `CLUSTER:` in front, where it names `cluster`; the word itself where it names none.
fn without_cluster<'a>(word: &'a str, own: &str, cluster: &Cluster) -> Option<&'a str> {
    let names = std::iter::once(cluster.name.as_str()).chain(cluster.title.as_deref());
    let named = names
        .filter(|name| !name.is_empty())
        .find_map(|name| word.strip_prefix(name)?.strip_prefix(':'));
    named.or_else(|| (!word.strip_suffix(own).unwrap_or(word).contains(':')).then_some(word))
}

/// The known names that are closest to `word`, best first, three at most.
fn nearest(word: &str, world: &World) -> Vec<String> {
    let workloads = world.workloads.ids().map(|id| world.workload_title(id));
    let names = workloads.chain(
        world
            .endpoints
            .iter()
            .map(|(_, endpoint)| endpoint.name.clone()),
    );
    let bound = word.chars().count() / 3 + 1;
    let tail = |name: &str| name.rsplit('/').next().map(str::to_owned);
    let mut ranked: Vec<(usize, String)> = names
        .map(|name| {
            (
                if tail(&name) == tail(word) {
                    1
                } else {
                    distance(word, &name)
                },
                name,
            )
        })
        .filter(|(distance, _)| *distance <= bound)
        .collect();
    ranked.sort();
    ranked.dedup();
    ranked.into_iter().take(3).map(|(_, name)| name).collect()
}

/// Levenshtein's distance: insertions, deletions and replacements of characters.
pub(super) fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (line, one) in a.chars().enumerate() {
        let mut left = line + 1;
        let mut corner = line;
        for (above, other) in row.iter_mut().skip(1).zip(&b) {
            let best = (corner + usize::from(one != *other))
                .min(*above + 1)
                .min(left + 1);
            corner = *above;
            *above = best;
            left = best;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

/// Reads a port of a query.
///
/// # Errors
/// What was expected.
pub fn port_number(text: &str) -> Result<u16, String> {
    let number = text.parse();
    number.map_err(|_| "expected a port number, 0 to 65535".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (a, b, expected) in [
            ("", "", 0),
            ("a", "", 1),
            ("shop/cart", "shop/card", 1),
            ("kitten", "sitting", 3),
            ("ab", "ba", 2),
        ] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
            assert_eq!(distance(b, a), expected, "{b} {a}");
        }
    }
}
