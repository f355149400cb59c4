//! Questions about a plan that have one answer.

use crate::ingest::terraform::mode::Mode;
use crate::ingest::terraform::resource::Resource;
use crate::model::Id;

/// What has one answer in a plan.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Question {
    Local(usize, String),
    Variable(usize, String),
    Output(usize, String),
    /// `count` or `for_each` of a resource block.
    Repeat(usize, Mode, String, String),
    /// `count` or `for_each` of a module call.
    CallRepeat(usize, String),
    /// A module call as a whole: its instances.
    Called(usize, String),
    /// A resource block as a whole: its instances.
    Block(usize, Mode, String, String),
    /// What the configuration gives an attribute or block of a resource.
    Configured(Id<Resource>, String),
}
