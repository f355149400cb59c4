//! The tools, and how what an assistant gives becomes arguments of the command line.

use rmcp::model::{JsonObject, Tool as Description, ToolAnnotations};
use serde_json::{Value, json};
use std::ffi::OsString;
use std::sync::Arc;

/// A tool: a command of the program.
pub(super) struct Tool {
    name: &'static str,
    about: &'static str,
    takes: &'static [Parameter],
}

/// What a tool takes beside its inputs.
struct Parameter {
    name: &'static str,
    /// The flag that it becomes; none for what is an argument itself.
    flag: Option<&'static str>,
    holds: Holds,
    about: &'static str,
}

/// What a parameter holds.
#[derive(Clone, Copy)]
enum Holds {
    Text,
    Texts,
    Flag,
    Number,
}

const fn parameter(
    name: &'static str,
    flag: &'static str,
    holds: Holds,
    about: &'static str,
) -> Parameter {
    let flag = Some(flag);
    Parameter {
        name,
        flag,
        holds,
        about,
    }
}

/// What every tool takes.
const INPUTS: &[Parameter] = &[
    parameter(
        "plan",
        "--plan",
        Holds::Texts,
        "paths of plans as `terraform show -json` prints them",
    ),
    parameter(
        "state",
        "--state",
        Holds::Texts,
        "paths of states as `terraform show -json` prints them",
    ),
    parameter(
        "terraform",
        "--tf",
        Holds::Texts,
        "folders of the Terraform sources behind the plans",
    ),
    parameter(
        "manifests",
        "--manifests",
        Holds::Texts,
        "Kubernetes manifests, files or folders",
    ),
    parameter(
        "cluster",
        "--cluster",
        Holds::Texts,
        "`ADDRESS=PATH`: which manifests belong to which cluster, where there are several",
    ),
];

const FORMAT: Parameter = parameter(
    "format",
    "--format",
    Holds::Text,
    "`text` (default) or `json`",
);

const FINDING: Parameter = Parameter {
    name: "finding",
    flag: None,
    holds: Holds::Text,
    about: "a finding by rule and number, as `CP101/1`",
};

/// Every tool.
pub(super) const ALL: &[Tool] = &[
    Tool {
        name: "scan",
        about: "Findings: which pods reach across which border, why, and what to change; `+` marks what the plan adds",
        takes: &[
            FORMAT,
            parameter(
                "new_only",
                "--new-only",
                Holds::Flag,
                "only what the plan adds",
            ),
            parameter(
                "min_severity",
                "--min-severity",
                Holds::Text,
                "low, medium, high or critical",
            ),
        ],
    },
    Tool {
        name: "explain",
        about: "One answer with its path hop by hop: of a finding of `scan` (`finding`), or of a flow (`from` and `to`)",
        takes: &[
            FORMAT,
            FINDING,
            parameter(
                "from",
                "--from",
                Holds::Text,
                "where the flow starts: `namespace/name`, a Terraform address, an address or block",
            ),
            parameter("to", "--to", Holds::Text, "where it ends"),
            parameter("protocol", "--protocol", Holds::Text, "tcp, udp, …"),
            parameter(
                "port",
                "--port",
                Holds::Number,
                "the port at the destination",
            ),
        ],
    },
    Tool {
        name: "reach",
        about: "All connectivity: what crosses a border, or what policies let pass inside the cluster",
        takes: &[
            FORMAT,
            parameter("scope", "--scope", Holds::Text, "border, cluster or all"),
        ],
    },
    Tool {
        name: "fix",
        about: "Changes that close findings, each proved by a second run, as a diff; nothing is written",
        takes: &[
            FORMAT,
            FINDING,
            parameter(
                "border",
                "--border",
                Holds::Text,
                "only findings about this border, by its Terraform address",
            ),
        ],
    },
];

impl Tool {
    fn parameters(&self) -> impl Iterator<Item = &'static Parameter> {
        INPUTS.iter().chain(self.takes)
    }

    /// The tool as an assistant sees it.
    pub fn described(&self) -> Description {
        let property = |one: &Parameter| {
            let mut schema = match one.holds {
                Holds::Text => json!({"type": "string"}),
                Holds::Texts => json!({"type": "array", "items": {"type": "string"}}),
                Holds::Flag => json!({"type": "boolean"}),
                Holds::Number => json!({"type": "integer", "minimum": 1, "maximum": 65535}),
            };
            if let Value::Object(own) = &mut schema {
                own.insert("description".to_owned(), one.about.into());
            }
            (one.name.to_owned(), schema)
        };
        let properties: JsonObject = self.parameters().map(property).collect();
        let mut schema = JsonObject::new();
        schema.insert("type".to_owned(), "object".into());
        schema.insert("properties".to_owned(), properties.into());
        schema.insert("additionalProperties".to_owned(), false.into());
        let only_reads = ToolAnnotations::new()
            .read_only(true)
            .destructive(false)
            .idempotent(true)
            .open_world(false);
        Description::new(self.name, self.about, Arc::new(schema)).annotate(only_reads)
    }
}

/// The arguments of the command line for a call; the error says what is not as expected.
pub(super) fn arguments(name: &str, given: &JsonObject) -> Result<Vec<OsString>, String> {
    let names = || {
        ALL.iter()
            .map(|tool| tool.name)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let tool = ALL.iter().find(|tool| tool.name == name);
    let tool = tool.ok_or_else(|| format!("expected one of the tools {}", names()))?;
    let mut out: Vec<OsString> = vec![tool.name.into(), "--color=never".into()];
    let mut last = Vec::new();
    for (key, value) in given {
        let one = tool.parameters().find(|one| one.name == key);
        let one = one.ok_or_else(|| format!("`{name}` takes no `{key}`"))?;
        let wrong = || format!("`{key}`: expected {}", one.about);
        for text in texts(one.holds, value).ok_or_else(wrong)? {
            match (one.flag, one.holds) {
                (None, _) => last.push(OsString::from(text)),
                (Some(flag), Holds::Flag) => out.push(flag.into()),
                // In one argument, so that a text that begins with a dash is no option.
                (Some(flag), _) => out.push(format!("{flag}={text}").into()),
            }
        }
    }
    // From here on nothing is an option.
    out.push("--".into());
    out.extend(last);
    Ok(out)
}

/// What a value says; none where it is of another type. Of a flag one text where it is set.
fn texts(holds: Holds, value: &Value) -> Option<Vec<String>> {
    match (holds, value) {
        (Holds::Text, Value::String(text)) => Some(vec![text.clone()]),
        (Holds::Texts, Value::Array(all)) => {
            let text = |one: &Value| one.as_str().map(str::to_owned);
            all.iter().map(text).collect()
        }
        (Holds::Flag, Value::Bool(set)) => Some(vec![String::new(); usize::from(*set)]),
        (Holds::Number, Value::Number(number)) => Some(vec![number.to_string()]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, given: Value, expected: &str) {
        let Value::Object(given) = given else {
            panic!("{given}");
        };
        let got = match arguments(name, &given) {
            Ok(all) => all.join(" ".as_ref()).to_string_lossy().into_owned(),
            Err(why) => why,
        };
        assert_eq!(got, expected);
    }

    #[test]
    fn what_is_given_becomes_arguments_and_never_an_option() {
        check("scan", json!({}), "scan --color=never --");
        check(
            "scan",
            json!({"plan": ["a", "--output=b"], "new_only": true, "format": "json"}),
            "scan --color=never --plan=a --plan=--output=b --new-only --format=json --",
        );
        check("scan", json!({"new_only": false}), "scan --color=never --");
        check(
            "explain",
            json!({"finding": "--output", "port": 80}),
            "explain --color=never --port=80 -- --output",
        );
        check("scan", json!({"output": "x"}), "`scan` takes no `output`");
        check(
            "scan",
            json!({"plan": "a"}),
            "`plan`: expected paths of plans as `terraform show -json` prints them",
        );
        check("fix", json!({"write": true}), "`fix` takes no `write`");
        check(
            "mend",
            json!({}),
            "expected one of the tools scan, explain, reach, fix",
        );
    }

    #[test]
    fn every_tool_says_that_it_only_reads() {
        for tool in ALL {
            let described = serde_json::to_value(tool.described()).unwrap();
            assert_eq!(described["annotations"]["readOnlyHint"], true);
            assert_eq!(described["inputSchema"]["additionalProperties"], false);
        }
    }
}
