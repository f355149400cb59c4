//! The part of the command line that is about files of facts. Its doc comments are the help texts.

use crate::reach::Share;
use clap::Args;
use std::path::PathBuf;

/// What other repositories contribute.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct Others {
    /// Facts of other repositories, as `crosspeer facts` writes them: files, and folders of them; with the inputs they are one world
    #[arg(long, env = "CROSSPEER_FACTS", value_name = "PATH", value_delimiter = ',', num_args = 1..)]
    pub facts: Vec<PathBuf>,
    /// Name of the repository at hand, whose own facts do not count beside its files [default: what GITHUB_REPOSITORY says, else git]
    #[arg(long, env = "CROSSPEER_REPOSITORY", value_name = "NAME")]
    pub repository: Option<String>,
}

/// Reports for programs that read tables.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct Tables {
    /// Folder for findings.parquet and crossings.parquet beside the other reports: one row for each finding, and one for each flow that crosses
    /// a border, for DuckDB, Spark and data lakes
    #[arg(long, env = "CROSSPEER_PARQUET", value_name = "DIR")]
    pub parquet: Option<PathBuf>,
    /// Judge one share of so many, as in `2/5`, for whoever deals one organisation to several machines: clusters are dealt by name, and the
    /// first share has all that is of none. What all shares find together is what is found without
    #[arg(long, env = "CROSSPEER_SHARE", value_name = "N/M")]
    pub share: Option<Share>,
}
