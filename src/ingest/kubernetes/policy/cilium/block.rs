//! Address blocks. They never match pods of the cluster, nor its nodes unless the agent's configuration says so (user guide, "IP/CIDR based").

use super::super::Reading;
use super::super::network::{address_or_cidr, cidr};
use super::context::{Context, ResolvedPeer};
use crate::ingest::kubernetes::fault::{Faults, mismatch};
use crate::ingest::kubernetes::label::{label_selector, labels};
use crate::ingest::kubernetes::object::Object;
use crate::ingest::yaml::Node;
use crate::model::{AddressSet, GapKind, Labels, LabelsOf, PolicyPeer, Selected, Selector};

/// Someone outside of the cluster at one of the addresses.
pub(super) fn outside(addresses: AddressSet) -> PolicyPeer {
    PolicyPeer::All(vec![
        PolicyPeer::World,
        PolicyPeer::AddressesOfPodsToo(addresses),
    ])
}

/// Whom blocks match: with `policy-cidr-match-mode` nodes as well.
pub(super) fn matched(context: &Context<'_>, addresses: AddressSet) -> PolicyPeer {
    if !context.agent.blocks_match_nodes {
        return outside(addresses);
    }
    let no_pod = PolicyPeer::Not(Box::new(PolicyPeer::Pods(Selector::Everything)));
    PolicyPeer::All(vec![no_pod, PolicyPeer::AddressesOfPodsToo(addresses)])
}

/// An element of `fromCIDR` or `toCIDR`: a block or an address.
pub(super) fn single(
    context: &Context<'_>,
    node: &Node,
    reading: &mut Reading<'_, '_>,
) -> Vec<ResolvedPeer> {
    let read = address_or_cidr(node, "CIDR");
    reading
        .faults
        .keep(read)
        .map(|addresses| ResolvedPeer::sure(matched(context, addresses), node))
        .into_iter()
        .collect()
}

/// An element of `fromCIDRSet` or `toCIDRSet`: a block or groups of blocks, without exceptions.
pub(super) fn set(
    context: &Context<'_>,
    node: &Node,
    reading: &mut Reading<'_, '_>,
) -> Vec<ResolvedPeer> {
    reading.faults.only(
        node,
        &["cidr", "cidrGroupRef", "cidrGroupSelector", "except"],
    );
    let (block, name, groups) = (
        node.get("cidr"),
        node.get("cidrGroupRef"),
        node.get("cidrGroupSelector"),
    );
    let set = [&block, &name, &groups]
        .iter()
        .filter(|field| !field.is_unset())
        .count();
    if set != 1 {
        reading.faults.mismatch(
            node,
            "CIDRSet",
            "one of cidr, cidrGroupRef, cidrGroupSelector",
        );
        return Vec::new();
    }
    let within = if block.is_unset() {
        None
    } else {
        reading.faults.keep(cidr(&block, "cidr"))
    };
    let Some(except) = exceptions(node, within.as_ref(), &mut reading.faults) else {
        return Vec::new();
    };
    let known = if name.is_unset() {
        by_labels(&groups, reading)
    } else {
        by_name(&name, reading)
    };
    let Some(addresses) = within.or(known) else {
        let which = name
            .text()
            .map_or_else(|| "by its labels".to_owned(), |name| format!("`{name}`"));
        let what =
            format!("names a CiliumCIDRGroup ({which}) that is not in the input or cannot be read");
        let doubt = context.doubt(GapKind::NotInInput, &what, node, reading);
        let peer = matched(context, AddressSet::all().difference(&except));
        return vec![ResolvedPeer {
            peer,
            doubt,
            place: node.place(),
        }];
    };
    vec![ResolvedPeer::sure(
        matched(context, addresses.difference(&except)),
        node,
    )]
}

/// The exceptions; none, and a fault, where one of them does not lie within the block.
fn exceptions(node: &Node, within: Option<&AddressSet>, faults: &mut Faults) -> Option<AddressSet> {
    let mut out = AddressSet::none();
    for item in faults.list(&node.get("except"), "except") {
        let except = faults.keep(cidr(&item, "except"))?;
        if let Some(whole) = within.filter(|whole| !except.is_subset(whole)) {
            faults.0.push(mismatch(
                &item,
                "except",
                &format!("a block inside of `cidr`, which is {whole}"),
            ));
            return None;
        }
        out = out.union(&except);
    }
    Some(out)
}

/// Every CiliumCIDRGroup of the cluster.
fn all_groups<'a>(reading: &Reading<'a, '_>) -> Vec<&'a Object> {
    reading
        .lowering
        .objects
        .iter()
        .copied()
        .filter(|object| object.is("cilium.io", "CiliumCIDRGroup"))
        .collect()
}

fn by_name(name: &Node, reading: &mut Reading<'_, '_>) -> Option<AddressSet> {
    let Some(wanted) = name.text() else {
        reading
            .faults
            .mismatch(name, "cidrGroupRef", "the name of a CiliumCIDRGroup");
        return None;
    };
    let found = all_groups(reading)
        .into_iter()
        .find(|group| group.name == wanted)?;
    blocks(found, &mut reading.faults)
}

/// The blocks of all groups whose labels the selector holds for; none where there is none.
fn by_labels(selector: &Node, reading: &mut Reading<'_, '_>) -> Option<AddressSet> {
    if selector.is_unset() {
        return None;
    }
    let wanted = reading
        .faults
        .keep(label_selector(selector, LabelsOf::Pod))?;
    let none = Labels::new();
    let mut out: Option<AddressSet> = None;
    for group in all_groups(reading) {
        let own = labels(&group.node.get("metadata.labels"), &mut reading.faults);
        let seen = Selected {
            pod: &own,
            namespace: "",
            namespace_labels: &none,
            service_account: "",
            service_account_labels: &none,
        };
        if wanted.holds(seen) {
            out = Some(
                out.unwrap_or_default()
                    .union(&blocks(group, &mut reading.faults)?),
            );
        }
    }
    out
}

/// The blocks of a group; none, and a fault, where one of them is none.
fn blocks(group: &Object, faults: &mut Faults) -> Option<AddressSet> {
    let spec = group.node.get("spec");
    faults.only(&spec, &["externalCIDRs"]);
    let items = faults.list(&spec.get("externalCIDRs"), "externalCIDRs");
    items
        .iter()
        .map(|item| faults.keep(cidr(item, "externalCIDRs")))
        .collect()
}
