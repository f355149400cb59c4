//! The shape of the command line, as clap reads it. Its doc comments are the help texts.

use crate::report::format::by_name;
use crate::report::{FORMATS, Format};
use crate::rules::Day;
use clap::builder::{FalseyValueParser, PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

pub(super) use super::analyser_arguments::Tests;
pub(super) use super::judging_arguments::{Judging, Level, Threshold};

/// Which pods reach across a VPC peering, and which namespaces would not stop them: before anything is applied
#[derive(Debug, Parser)]
#[command(name = "crosspeer", version, max_term_width = 110)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub verbosity: Verbosity,
}

/// How much is said, and how.
#[derive(Args, Debug)]
pub(super) struct Verbosity {
    /// Say nothing but the report and errors
    #[arg(short, long, global = true, env = "CROSSPEER_QUIET", value_parser = FalseyValueParser::new(), conflicts_with = "verbose")]
    pub quiet: bool,
    /// Unfold groups, and list what was not understood
    #[arg(short, long, global = true, env = "CROSSPEER_VERBOSE", value_parser = FalseyValueParser::new())]
    pub verbose: bool,
    /// Colours in reports and messages (`NO_COLOR` is honoured)
    #[arg(
        long,
        global = true,
        env = "CROSSPEER_COLOR",
        value_name = "WHEN",
        default_value = "auto"
    )]
    pub color: Color,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Report findings; exits with 1 when one is as severe as `--fail-on`
    Scan(Box<Scan>),
    /// Print the connectivity that findings are drawn from
    Reach(Box<Reach>),
    /// Answer whether one flow can happen, hop by hop; exits with 1 when it is blocked
    Explain(Box<Explain>),
    /// Compare two inputs: connectivity gained and lost; exits with 1 when some is gained
    Diff(Box<Diff>),
    /// Write what this repository contributes to the world of its organisation, for `--facts` elsewhere
    #[cfg(feature = "facts")]
    Facts(Box<Facts>),
    /// Propose changes that close findings and nothing else, each proved by a second run
    Fix(Box<Fix>),
    /// Print what crosses borders now as a first `allow:` list for crosspeer.yaml, for people to prune
    Intent(Box<Intent>),
    /// Write verdicts as tests that the clouds' own analysers and a live cluster run once everything is applied
    Export(Box<Export>),
    /// Hold the answers to exported tests against the verdicts; exits with 1 when some differ
    Confirm(Confirm),
    /// List, show and test the rules
    Rules(Rules),
    /// Print a shell's completion script
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
    /// Serve scan, explain, reach and fix to an assistant (Model Context Protocol), over standard input and output
    #[cfg(feature = "mcp")]
    Mcp,
}

/// What to read.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct Inputs {
    /// Files or directories: plans, states, manifests, charts, kustomizations, Terraform sources, told apart by their content; `-` is standard
    /// input
    #[arg(value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// A plan as `terraform show -json` prints it
    #[arg(long, env = "CROSSPEER_PLAN", value_name = "FILE")]
    pub plan: Vec<PathBuf>,
    /// A state as `terraform show -json` prints it
    #[arg(long, env = "CROSSPEER_STATE", value_name = "FILE")]
    pub state: Vec<PathBuf>,
    /// Kubernetes manifests, as a file or directory
    #[arg(long, env = "CROSSPEER_MANIFESTS", value_name = "PATH")]
    pub manifests: Vec<PathBuf>,
    /// A Helm chart, rendered with `helm template`; a chart among the inputs is rendered as well
    #[arg(long, env = "CROSSPEER_CHART", value_name = "DIR")]
    pub chart: Vec<PathBuf>,
    /// Values for the charts that are named, as `helm template --values` takes them
    #[arg(long, env = "CROSSPEER_VALUES", value_name = "FILE")]
    pub values: Vec<PathBuf>,
    /// Name of the release for the charts that are named, as `helm template NAME` takes it
    #[arg(long, env = "CROSSPEER_RELEASE", value_name = "NAME")]
    pub release: Option<String>,
    /// Namespace of the release for the charts that are named, as `helm template --namespace` takes it
    #[arg(long, env = "CROSSPEER_NAMESPACE", value_name = "NAME")]
    pub namespace: Option<String>,
    /// Directory of a Terraform root module: the sources behind a plan
    #[arg(long, env = "CROSSPEER_TF", value_name = "DIR")]
    pub tf: Vec<PathBuf>,
    /// The binary plan, which holds the sources behind the plan JSON
    #[arg(long, env = "CROSSPEER_PLAN_FILE", value_name = "FILE")]
    pub plan_file: Vec<PathBuf>,
    /// Ties manifests to a cluster, by its Terraform address or name
    #[arg(long, env = "CROSSPEER_CLUSTER", value_name = "ADDRESS=PATH")]
    pub cluster: Vec<String>,
    /// Files and directories to leave out where directories are walked, as patterns of `.gitignore`
    #[arg(long, env = "CROSSPEER_EXCLUDE", value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Namespace of objects that name none [default: default]
    #[arg(long, env = "CROSSPEER_DEFAULT_NAMESPACE", value_name = "NAME")]
    pub default_namespace: Option<String>,
    #[command(flatten)]
    pub configuration: Configuration,
    /// Analyse what is there before the plan is applied
    #[arg(long, env = "CROSSPEER_BEFORE", value_parser = FalseyValueParser::new())]
    pub before: bool,
    /// Exit with 3 when a part of the input could not be analysed
    #[arg(long, env = "CROSSPEER_STRICT", value_parser = FalseyValueParser::new())]
    pub strict: bool,
    #[cfg(feature = "facts")]
    #[command(flatten)]
    pub others: super::fact_arguments::Others,
    /// What is no part of these inputs, though it may be below one of them.
    #[arg(skip)]
    pub elsewhere: Vec<PathBuf>,
}

/// Which configuration file is read.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct Configuration {
    /// Configuration file, instead of crosspeer.yaml, .crosspeer.yaml or .github/crosspeer.yaml
    #[arg(
        long,
        env = "CROSSPEER_CONFIG",
        value_name = "FILE",
        conflicts_with = "no_config"
    )]
    pub config: Option<PathBuf>,
    /// Read no configuration file
    #[arg(long, env = "CROSSPEER_NO_CONFIG", value_parser = FalseyValueParser::new())]
    pub no_config: bool,
}

/// Arguments of `facts`.
#[cfg(feature = "facts")]
#[derive(Args, Debug)]
pub(super) struct Facts {
    #[command(flatten)]
    pub inputs: Inputs,
    /// The commit that is read; of two files of one repository the newer commit counts [default: what git says]
    #[arg(long, env = "CROSSPEER_COMMIT", value_name = "SHA")]
    pub commit: Option<String>,
    /// When that was committed, in seconds since 1970 [default: what git says]
    #[arg(long, env = "CROSSPEER_COMMITTED", value_name = "SECONDS")]
    pub committed: Option<i64>,
    /// File to write, as Parquet
    #[arg(short, long, env = "CROSSPEER_OUTPUT", value_name = "FILE")]
    pub output: PathBuf,
}

/// Arguments of `scan`.
#[derive(Args, Debug, Default)]
pub(super) struct Scan {
    #[command(flatten)]
    pub inputs: Inputs,
    #[command(flatten)]
    pub judging: Judging,
    /// Report format, repeatable; each takes the `--output` that follows it [default: what the ending of the output says, else text]
    #[arg(
        short,
        long,
        env = "CROSSPEER_FORMAT",
        value_name = "FORMAT",
        value_delimiter = ',',
        value_parser = format_parser(FORMATS)
    )]
    pub format: Vec<&'static Format>,
    /// File for the report of the `--format` before it, instead of standard output
    #[arg(short, long, env = "CROSSPEER_OUTPUT", value_name = "FILE")]
    pub output: Vec<PathBuf>,
    /// Exit with 1 from this severity on [default: high]
    #[arg(long, env = "CROSSPEER_FAIL_ON", value_name = "SEVERITY")]
    pub fail_on: Option<Threshold>,
    /// Only findings that are not in this baseline
    #[arg(long, env = "CROSSPEER_BASELINE", value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write the findings as a baseline, and exit with 0
    #[arg(long, env = "CROSSPEER_WRITE_BASELINE", value_name = "FILE")]
    pub write_baseline: Option<PathBuf>,
    /// What was there before: manifests or plans of the base, repeatable; manifests alone go with the state before the plan
    #[arg(
        long,
        env = "CROSSPEER_BASE",
        value_name = "INPUT",
        conflicts_with = "before"
    )]
    pub base: Vec<PathBuf>,
    /// Only what the plan or `--base` adds
    #[arg(long, env = "CROSSPEER_NEW_ONLY", value_parser = FalseyValueParser::new())]
    pub new_only: bool,
    /// Look for what closes each finding about a border and nothing else, as `fix` does: SARIF holds the edits, text names the command. Takes
    /// a second run for each
    #[arg(long, env = "CROSSPEER_FIXES", value_parser = FalseyValueParser::new())]
    pub fixes: bool,
    /// Write what is ignored, accepted or in the baseline into SARIF as well, marked as suppressed. Not for an upload to code scanning, which
    /// would show it as open
    #[arg(long, env = "CROSSPEER_SHOW_SUPPRESSED", value_parser = FalseyValueParser::new())]
    pub show_suppressed: bool,
    #[cfg(feature = "facts")]
    #[command(flatten)]
    pub tables: super::fact_arguments::Tables,
}

/// Reads the word of a format; the help and the completions list them all.
pub(super) fn format_parser(
    formats: &'static [&'static Format],
) -> impl TypedValueParser<Value = &'static Format> {
    let words = formats
        .iter()
        .map(|format| PossibleValue::new(format.name).help(format.about));
    // The parser lets through no other word.
    PossibleValuesParser::new(words)
        .try_map(move |word| by_name(formats, &word).ok_or("no such format"))
}

/// Output of commands that answer in one format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Plain {
    Text,
    Json,
}

/// How a command answers that has one format for people and one for programs.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct Answer {
    /// Output format
    #[arg(
        short,
        long,
        env = "CROSSPEER_FORMAT",
        value_name = "FORMAT",
        default_value = "text"
    )]
    pub format: Plain,
}

/// Arguments of `reach`.
#[derive(Args, Debug)]
pub(super) struct Reach {
    #[command(flatten)]
    pub inputs: Inputs,
    /// Pods among themselves and the outside by policy alone, what crosses a border, or both
    /// [default: border with a plan or state, else cluster]
    #[arg(long, env = "CROSSPEER_SCOPE", value_name = "SCOPE")]
    pub scope: Option<Scope>,
    /// One row for each class of pods, resources or addresses that nothing tells apart, with lists for both ends
    #[arg(long, env = "CROSSPEER_GROUPED", value_parser = FalseyValueParser::new())]
    pub grouped: bool,
    #[command(flatten)]
    pub answer: Answer,
}

/// What `reach` lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Scope {
    Cluster,
    Border,
    All,
}

/// Arguments of `explain`.
#[derive(Args, Debug)]
pub(super) struct Explain {
    #[command(flatten)]
    pub inputs: Inputs,
    /// Where the flow starts: a workload (`shop/cart`), a Terraform address, an IP address or block. Instead of a flow, a
    /// finding of `scan` can be named before the inputs, as in `explain CP101/2`
    #[arg(long, env = "CROSSPEER_FROM", value_name = "ENDPOINT", requires = "to")]
    pub from: Option<String>,
    /// Where it ends
    #[arg(long, env = "CROSSPEER_TO", value_name = "ENDPOINT", requires = "from")]
    pub to: Option<String>,
    /// Protocol [default: any, or TCP with a port]
    #[arg(long, env = "CROSSPEER_PROTOCOL")]
    pub protocol: Option<String>,
    /// Destination port
    #[arg(long, env = "CROSSPEER_PORT", value_parser = super::endpoint::port_number)]
    pub port: Option<u16>,
    /// One query per line, as `{"from": …, "to": …, "protocol": …, "port": …}`; one answer per line
    #[arg(long, env = "CROSSPEER_BATCH", value_name = "FILE", conflicts_with_all = ["from", "to", "protocol", "port"])]
    pub batch: Option<PathBuf>,
    #[command(flatten)]
    pub answer: Answer,
}

/// Arguments of `export`.
#[derive(Args, Debug)]
pub(super) struct Export {
    #[command(flatten)]
    pub inputs: Inputs,
    #[command(flatten)]
    pub tests: Tests,
}

/// Arguments of `confirm`.
#[derive(Args, Debug)]
pub(super) struct Confirm {
    /// Files with the answers of an analyser
    #[arg(value_name = "RESULTS", required = true)]
    pub results: Vec<PathBuf>,
    /// Exit with 3 when some answer does not agree
    #[arg(long, env = "CROSSPEER_STRICT", value_parser = FalseyValueParser::new())]
    pub strict: bool,
    #[command(flatten)]
    pub answer: Answer,
}

/// Arguments of `diff`.
#[derive(Args, Debug)]
pub(super) struct Diff {
    /// The inputs to compare with
    #[arg(long, value_name = "INPUT", num_args = 1.., required = true)]
    pub base: Vec<PathBuf>,
    /// The inputs to compare
    #[arg(long, value_name = "INPUT", num_args = 1.., required = true)]
    pub head: Vec<PathBuf>,
    /// Directory of a Terraform root module: the sources behind the plans of the side that it lies in (and of the other at the same place in
    /// it), else of both
    #[arg(long, env = "CROSSPEER_TF", value_name = "DIR")]
    pub tf: Vec<PathBuf>,
    #[cfg(feature = "facts")]
    #[command(flatten)]
    pub others: super::fact_arguments::Others,
    /// Ties manifests to a cluster, by its Terraform address or name: those of the side that they lie in (and of the other at the same place
    /// in it), else of both; so do `clusters` and `charts` of the configuration
    #[arg(long, env = "CROSSPEER_CLUSTER", value_name = "ADDRESS=PATH")]
    pub cluster: Vec<String>,
    #[command(flatten)]
    pub configuration: Configuration,
    /// Namespace of objects that name none [default: default]
    #[arg(long, env = "CROSSPEER_DEFAULT_NAMESPACE", value_name = "NAME")]
    pub default_namespace: Option<String>,
    /// Pods among themselves and the outside by policy alone, what crosses a border, or both
    /// [default: border with a plan or state, else cluster]
    #[arg(long, env = "CROSSPEER_SCOPE", value_name = "SCOPE")]
    pub scope: Option<Scope>,
    #[command(flatten)]
    pub answer: Answer,
    /// Exit with 3 when a part of the input could not be analysed
    #[arg(long, env = "CROSSPEER_STRICT", value_parser = FalseyValueParser::new())]
    pub strict: bool,
}

/// Arguments of `fix`.
#[derive(Args, Debug)]
pub(super) struct Fix {
    /// What to read, as `scan` takes it. Findings of `scan` can be named among the inputs, as in `fix CP101/2` or `fix CP101`
    #[command(flatten)]
    pub inputs: Inputs,
    #[command(flatten)]
    pub judging: Judging,
    /// Only findings about this border: its Terraform address, or the last part of it
    #[arg(long, env = "CROSSPEER_BORDER", value_name = "ADDRESS")]
    pub border: Option<String>,
    /// Change the files
    #[arg(long, env = "CROSSPEER_WRITE", value_parser = FalseyValueParser::new())]
    pub write: bool,
    #[command(flatten)]
    pub answer: Answer,
}

/// Arguments of `intent`.
#[derive(Args, Debug)]
pub(super) struct Intent {
    #[command(flatten)]
    pub inputs: Inputs,
    /// The day on which entries that stand there already are judged, in place of today (UTC)
    #[arg(long, env = "CROSSPEER_TODAY", value_name = "YYYY-MM-DD", value_parser = Day::parse)]
    pub today: Option<Day>,
}

/// Arguments of `rules`.
#[derive(Args, Debug)]
pub(super) struct Rules {
    #[command(subcommand)]
    pub command: RulesCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// List the rules
    List(RuleSet),
    /// Print what a rule finds, why it matters and what to do
    Show {
        /// Rule id
        id: String,
        #[command(flatten)]
        set: RuleSet,
    },
    /// Print a rule to start from, with examples that pass; write it to a file of a directory for `--rules`
    New {
        /// Id of the new rule: two capitals and three digits, other capitals than the built-in rules have
        id: String,
    },
    /// Run the examples that stand beside each rule; exits with 1 when one fails
    Test {
        /// Directory of rules, instead of the built-in set
        directory: Option<PathBuf>,
    },
    /// Print the JSON schema of rule files, for editors
    Schema,
}

/// Which rules there are.
#[derive(Args, Debug)]
pub(super) struct RuleSet {
    /// Directory of further rules
    #[arg(long, env = "CROSSPEER_RULES", value_name = "DIR")]
    pub rules: Vec<PathBuf>,
    #[command(flatten)]
    pub answer: Answer,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::text;

    #[test]
    fn the_option_takes_each_format_of_the_table_and_no_other() {
        const TABLE: &[&Format] = &[
            &text::FORMAT,
            &Format {
                name: "semaphore",
                ..text::FORMAT
            },
        ];
        let command = clap::Command::new("c").arg(
            clap::Arg::new("format")
                .long("format")
                .value_parser(format_parser(TABLE)),
        );
        let named = |word: &str| {
            let matches = command
                .clone()
                .try_get_matches_from(["c", "--format", word]);
            matches.map(|own| own.get_one::<&Format>("format").unwrap().name)
        };
        assert_eq!(named("semaphore").unwrap(), "semaphore");
        let refused = named("sarif").unwrap_err().to_string();
        assert!(refused.contains("text, semaphore"), "{refused}");
    }
}
