//! The shape of an entry of `allow:`.

use super::super::node::Node;
use serde::Deserialize;
use serde_saphyr::Spanned;

/// A crossing that is wanted, as it is written; unknown keys are errors.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowEntry {
    /// Who opens the connection: one end, or a list of some.
    pub(super) from: Spanned<Node>,
    /// Whom it is opened to, likewise.
    pub(super) to: Spanned<Node>,
    /// Protocols with ports, a list of some, or `any`.
    pub(super) ports: Spanned<Node>,
    /// Why it is wanted.
    pub(super) reason: Spanned<Node>,
    /// Who answers for it.
    pub(super) owner: Spanned<Node>,
    /// The last day on which it counts; none where it counts until it is taken away.
    #[serde(default)]
    pub(super) until: Option<Spanned<Node>>,
}
