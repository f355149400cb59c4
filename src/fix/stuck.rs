//! Why no change can be proposed.

use std::sync::Arc;

/// Why nothing is proposed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stuck {
    /// Policies do not hold for pods on the host network.
    #[error("`{0}` is on the host network, outside of every policy")]
    HostNetwork(String),
    /// A policy that is not understood may let it pass.
    #[error("`{0}` is not understood, and may let it pass whatever stands beside it")]
    Unclear(String),
    /// The far side has no address that a policy could name.
    #[error("the addresses of the far side are not known")]
    NoAddress,
    /// What comes through an entry point has the address of a node when it comes to the pods.
    #[error("it comes in by `{0}`, and the pods see the address of a node")]
    ByNode(String),
    /// No rule and no route on the way is about the border alone, and a resource of its own.
    #[error("no security group rule and no route on the way is about this border alone")]
    NothingOfTheNetwork,
    /// The way is not one for these crossings.
    #[error("no rule names more than what crosses")]
    NothingBeyond,
    /// A rule of a filter is not certain.
    #[error("what `{0}` lets pass is not certain")]
    Doubtful(Arc<str>),
    /// Who may come from a network is not known.
    #[error("the input does not hold `{0}`, from which somebody may need the rule")]
    Strangers(String),
    /// The internet has a way in or out.
    #[error(
        "the networks behind the rule have a way to the internet ({0}), and who needs it there is not known"
    )]
    Internet(String),
    /// All are needed.
    #[error("who comes through `{0}` stands in all that it names")]
    Needed(Arc<str>),
    /// Another rule says the same.
    #[error("`{0}` lets the same pass")]
    Beside(String),
}
