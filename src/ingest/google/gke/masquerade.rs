//! Towards which destinations pods leave with their node's address.
//!
//! By default they keep their own towards private ranges, peers' among them, and have the node's towards all others; the
//! agent's list replaces those ranges; default translation may be switched off.
//! Source: cloud.google.com/kubernetes-engine/docs/concepts/ip-masquerade-agent, "IP masquerading for Standard clusters",
//! "IP masquerading for Autopilot clusters", "Default non-masquerade destinations".

use super::manifests::Manifests;
use crate::ingest::google::ranges::private;
use crate::ingest::terraform::Resource;
use crate::model::{AddressSet, Doubt, GapKind, Note, Origin, World};

/// One way in which it may be.
#[derive(Clone, Debug)]
pub struct Translation {
    /// Destinations towards which the node's address is used.
    pub towards: AddressSet,
    /// What the trail says of it.
    pub note: Note,
    /// Why it may be otherwise.
    pub doubt: Doubt,
}

fn all_but(kept: &AddressSet, text: &str, origin: Option<&Origin>) -> Translation {
    let note = Note {
        text: text.to_owned(),
        origin: origin.cloned(),
        assumed: origin.is_none(),
    };
    Translation {
        towards: AddressSet::all_v4().difference(kept),
        note,
        doubt: Doubt::none(),
    }
}

fn by_default() -> Translation {
    all_but(
        &private(),
        "pods keep their own address towards private ranges and have their node's towards all others, as by default",
        None,
    )
}

fn never(resource: &Resource) -> Translation {
    let origin = resource.origin_of("default_snat_status");
    Translation {
        towards: AddressSet::none(),
        ..all_but(
            &AddressSet::none(),
            "pods keep their own address: default translation is off",
            Some(&origin),
        )
    }
}

/// The ways that are possible, one where it is certain.
#[must_use]
pub fn translations(
    world: &mut World,
    resource: &Resource,
    manifests: &Manifests,
) -> Vec<Translation> {
    if resource.values.get("enable_autopilot").boolean() == Some(true) {
        return vec![autopilot(manifests)];
    }
    match (&manifests.agent, &manifests.kept) {
        (Some(_), Some((kept, origin))) => vec![listed(kept, origin)],
        (None, Some((kept, origin))) => {
            let what =
                "whether the masquerade agent runs, whose ConfigMap is there, is not in the input";
            let doubt = world.doubt(GapKind::NotInInput, what, Some(origin.clone()));
            let otherwise = without_agent(world, resource);
            std::iter::once(listed(kept, origin))
                .chain(otherwise)
                .map(|one| Translation {
                    doubt: one.doubt.and(&doubt),
                    ..one
                })
                .collect()
        }
        (Some(_), None) => vec![by_default()],
        (None, None) => without_agent(world, resource),
    }
}

fn listed(kept: &AddressSet, origin: &Origin) -> Translation {
    all_but(
        kept,
        "the masquerade agent's list says towards what pods keep their own address",
        Some(origin),
    )
}

fn without_agent(world: &mut World, resource: &Resource) -> Vec<Translation> {
    let switch = resource.values.get("default_snat_status.disabled");
    match switch.boolean() {
        Some(true) => vec![never(resource)],
        None if switch.is_unknown() => {
            let what = format!(
                "`default_snat_status` of `{}` is known only after apply",
                resource.address
            );
            let doubt = world.doubt(
                GapKind::UnknownValue,
                what,
                Some(resource.origin_of("default_snat_status")),
            );
            [never(resource), by_default()]
                .into_iter()
                .map(|one| Translation {
                    doubt: doubt.clone(),
                    ..one
                })
                .collect()
        }
        _ => vec![by_default()],
    }
}

fn autopilot(manifests: &Manifests) -> Translation {
    match &manifests.policy {
        Some((kept, origin)) => all_but(
            kept,
            "the egress translation policy says towards what pods keep their own address",
            Some(origin),
        ),
        None => by_default(),
    }
}
