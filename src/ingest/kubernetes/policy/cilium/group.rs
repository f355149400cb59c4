//! Groups of a cloud provider: the agent's operator asks the cloud which addresses they have (user guide, "AWS metadata based"), and
//! derives a policy with these as blocks.

use super::super::Reading;
use super::agent::Asks;
use super::block;
use super::context::{Context, ResolvedPeer};
use crate::ingest::site::{Members, Wanted};
use crate::ingest::yaml::Node;
use crate::model::{AddressSet, GapKind};

/// The ends of an element of `fromGroups` or `toGroups`: addresses that are surely found, then those that may be.
pub(super) fn ends(
    context: &Context<'_>,
    node: &Node,
    reading: &mut Reading<'_, '_>,
) -> Vec<ResolvedPeer> {
    let (wanted, written) = wanted(node, reading);
    reading.lowering.asked_for_members = true;
    let found = reading
        .lowering
        .site
        .and_then(|site| site.members(&wanted, reading.lowering.world));
    let Members {
        surely,
        possibly,
        mut open,
    } = found.unwrap_or_else(|| Members {
        surely: AddressSet::none(),
        possibly: AddressSet::all(),
        open: vec![(
            GapKind::NotJudged,
            "which addresses they have is asked of the cloud at run time".to_owned(),
        )],
    });
    let surely = if surely.is_empty() {
        surely
    } else {
        asked(context, surely, &mut open)
    };
    let mut out = Vec::new();
    if !surely.is_empty() {
        out.push(ResolvedPeer::sure(
            block::matched(context, surely.clone()),
            node,
        ));
    }
    let mut gaps = open.into_iter().map(|(kind, why)| {
        context.doubt(
            kind,
            &format!("names instances of AWS ({written}): {why}"),
            node,
            reading,
        )
    });
    let first = gaps.next().unwrap_or_default();
    let doubt = gaps.fold(first, |doubt, more| doubt.and(&more));
    out.push(ResolvedPeer {
        peer: block::matched(context, possibly.difference(&surely)),
        doubt,
        place: node.place(),
    });
    out
}

/// What is looked for, and as it is written, for a person.
fn wanted(node: &Node, reading: &mut Reading<'_, '_>) -> (Wanted, String) {
    reading.faults.only(node, &["aws"]);
    let aws = node.get("aws");
    reading.faults.only(
        &aws,
        &[
            "labels",
            "securityGroupsIds",
            "securityGroupsNames",
            "region",
        ],
    );
    let mut texts = |field: &str| -> Vec<String> {
        let items = reading.faults.list(&aws.get(field), field);
        items
            .iter()
            .filter_map(|item| item.text().map(str::to_owned))
            .collect()
    };
    let (ids, names) = (texts("securityGroupsIds"), texts("securityGroupsNames"));
    let tags = aws
        .get("labels")
        .entries()
        .into_iter()
        .map(|(key, value)| (key, value.written().unwrap_or_default().to_owned()))
        .collect();
    let wanted = Wanted {
        ids,
        names,
        tags,
        region: aws.get("region").text().map(str::to_owned),
    };
    let mut written: Vec<String> = wanted
        .ids
        .iter()
        .chain(&wanted.names)
        .map(|name| format!("`{name}`"))
        .collect();
    written.extend(
        wanted
            .tags
            .iter()
            .map(|(key, value)| format!("`{key}={value}`")),
    );
    written.extend(
        wanted
            .region
            .iter()
            .map(|region| format!("region `{region}`")),
    );
    (wanted, written.join(", "))
}

/// What the operator surely finds of what there is. That it asks at all is taken for granted where it opens ways, and not where it
/// closes them.
fn asked(
    context: &Context<'_>,
    surely: AddressSet,
    open: &mut Vec<(GapKind, String)>,
) -> AddressSet {
    let why = match &context.agent.asks {
        Asks::Aws => return surely,
        Asks::Unresolved if !context.denies() => return surely,
        Asks::Unresolved => "that the operator is one that asks AWS is not known".to_owned(),
        Asks::Other(image) => {
            format!("the operator `{image}` does not ask AWS, so that it finds none")
        }
    };
    open.push((GapKind::NotJudged, why));
    AddressSet::none()
}
