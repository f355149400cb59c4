//! Why a change cannot be written.

use std::sync::Arc;

/// Why a change cannot be written into the files. The texts follow `cannot be written: `.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmendError {
    /// No file of the input holds the text: a tool printed it, or Terraform applies it.
    #[error(
        "what stands in `{0}` is printed by a tool or applied by Terraform: change it where it is made"
    )]
    NotWritten(Arc<str>),
    /// The file is no UTF-8.
    #[error("`{0}` is not UTF-8")]
    Encoding(Arc<str>),
    /// What came by standard input has no file.
    #[error("the manifests come by standard input: name their files")]
    StandardInput,
    /// The rule is written in a way that no part of it can be replaced safely.
    #[error("the rule at `{0}:{1}` is JSON, or its document has aliases")]
    Unwieldy(Arc<str>, u32),
    /// The policy is of a kind whose rules are not rewritten, and the engine has no policy that denies.
    #[error(
        "policies isolate these pods and `{0}` allows it, and nothing that the cluster enforces takes that back"
    )]
    NothingDenies(String),
    /// What stays allowed cannot be said by ports.
    #[error("what is to stay allowed is no TCP, UDP or SCTP, which no network policy can name")]
    Protocol,
    /// The pods have no labels by which a policy could select them.
    #[error("the pods of `{0}` have no labels by which a policy could select them alone")]
    NoLabels(String),
    /// A rule or route is no resource of its own in the root module, or others name it.
    #[error("`{0}` is no resource of its own in the root module, or something else names it")]
    NotAlone(Arc<str>),
    /// The input does not hold what would enforce policies, in a form that can be changed.
    #[error("the input holds no setting that would make the cluster enforce network policies")]
    Enforcement,
    /// The resource is one of many that a block makes, or stands in a module.
    #[error("`{0}` is one of several that one block makes, or stands in a module")]
    Repeated(Arc<str>),
    /// The rule is of a type or in a block whose text is not edited.
    #[error(
        "the block that declares `{0}` is not found in the sources, or is of a kind that is not edited"
    )]
    NoBlock(Arc<str>),
    /// An attribute is made of something else.
    #[error(
        "`{0}` is neither a literal nor a local value that is one: what it comes from may serve others"
    )]
    NoLiteral(String),
    /// A value has other uses.
    #[error("`{0}` is used elsewhere as well")]
    Shared(String),
    /// An attribute holds one block, and no block is narrower and covers what stays.
    #[error("`{0}` holds one block, and no narrower one covers what is to stay")]
    OneBlock(String),
    /// The list would be longer than people maintain.
    #[error("what is to stay are {0} blocks")]
    TooManyBlocks(usize),
}
