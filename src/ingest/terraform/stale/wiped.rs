//! Children that a parent with blocks of its own takes away: a parent whose configuration lists what it holds takes away, when the plan
//! updates it, what its list does not have, also what resources of their own declare. Providers warn not to mix the two.
//! Source: hashicorp/aws, notes of `aws_security_group`, `aws_network_acl`, `aws_route_table`; hashicorp/azurerm, likewise.

use super::{CHILDREN, declares, in_one_group, parents, take_out};
use crate::ingest::terraform::configuration::Configuration;
use crate::ingest::terraform::graph::Graph;
use crate::ingest::terraform::mode::Mode;
use crate::ingest::terraform::resource::{Presence, Resource};
use crate::model::{Change, Id};

/// Puts children in doubt that an update of their parent takes away. One that the plan makes comes after the update.
pub fn doubt(graph: &mut Graph, input: usize, configuration: Option<&Configuration>) {
    let parents = parents(graph, input);
    let mut wiped: Vec<Id<Resource>> = Vec::new();
    for (id, own) in graph.resources.iter() {
        let stays = own.mode == Mode::Managed && own.origin.change != Change::Added;
        if own.input != input || !stays || own.presence != Presence::Sure {
            continue;
        }
        for child in CHILDREN.iter().filter(|child| child.kind == own.kind) {
            let named = own.values.get(child.names).text().unwrap_or_default();
            let key = (child.parent.to_owned(), named.to_ascii_lowercase());
            let parents = parents.get(&key).into_iter().flatten();
            let mut parents = parents.map(|parent| &graph.resources[*parent]);
            if parents.any(|parent| wipes(child, own, parent, configuration)) {
                wiped.push(id);
            }
        }
    }
    for id in wiped {
        graph.resources[id].presence = Presence::Wiped;
    }
}

/// Whether an update of a parent takes a child away.
fn wipes(
    child: &super::Child,
    own: &Resource,
    parent: &Resource,
    configuration: Option<&Configuration>,
) -> bool {
    let is_updated = parent.origin.change == Change::Updated && parent.mode == Mode::Managed;
    is_updated
        && in_one_group(&own.values, &parent.values)
        && child.lists(&own.values).iter().any(|path| {
            let list = parent.values.get(path);
            let mut rest = list.clone();
            take_out(child, &own.values, parent, &mut rest);
            declares(configuration, parent, path) && rest == *list
        })
}
