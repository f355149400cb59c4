//! Where a rule stands, and whom it names.

use super::super::super::object::Object;
use super::super::Reading;
use super::agent::Agent;
use crate::ingest::yaml::Node;
use crate::model::{Doubt, GapKind, Place, PolicyAction, PolicyPeer};

/// Where a rule stands.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) object: &'a Object,
    /// Namespace of the policy; none where its kind has none.
    pub(super) namespace: Option<&'a str>,
    pub(super) agent: &'a Agent,
    /// Whether it is about packets to the pods; else about those from them.
    pub(super) ingress: bool,
    /// Allow or deny.
    pub(super) action: PolicyAction,
}

/// Someone at the other end.
#[derive(Clone, Debug)]
pub(super) struct ResolvedPeer {
    pub(super) peer: PolicyPeer,
    pub(super) doubt: Doubt,
    pub(super) place: Place,
}

impl ResolvedPeer {
    /// Someone, surely.
    pub(super) fn sure(peer: PolicyPeer, node: &Node) -> Self {
        ResolvedPeer {
            peer,
            doubt: Doubt::none(),
            place: node.place(),
        }
    }
}

impl Context<'_> {
    /// Whether it is a deny rule.
    pub(super) fn denies(&self) -> bool {
        self.action == PolicyAction::Deny
    }

    /// A gap about a part of the object.
    pub(super) fn doubt(
        &self,
        kind: GapKind,
        what: &str,
        node: &Node,
        reading: &mut Reading<'_, '_>,
    ) -> Doubt {
        let what = format!("{} {what}", self.object.title());
        reading
            .lowering
            .world
            .doubt(kind, what, Some(self.object.origin_at(node.place())))
    }
}
