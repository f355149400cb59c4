//! Demo roots whose queries say what the provider's documentation makes of them: shared by the tests of each cloud.

use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;

/// A root with a plan, its sources, manifests, and queries beside the plan; paths from the manifest directory.
pub struct Root {
    /// The folder of the plan and the queries.
    pub folder: &'static str,
    /// The Terraform sources.
    pub sources: String,
    /// The manifests.
    pub manifests: String,
    /// What every source of a query begins with.
    pub documentation: &'static str,
}

fn text(object: &Value, key: &str) -> String {
    object
        .get(key)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

impl Root {
    fn run(&self, arguments: &[&str]) -> String {
        let plan = format!("{}/plan.json", self.folder);
        let output = Command::new(env!("CARGO_BIN_EXE_crosspeer"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(arguments)
            .args([
                "--plan",
                &plan,
                "--tf",
                &self.sources,
                &self.manifests,
                "--no-config",
                "--format",
                "json",
            ])
            .output()
            .unwrap();
        assert!(
            output.status.code().is_some_and(|code| code < 2),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// Asks all queries, at least so many: each has its verdict, a blocked one its last hop, and gaps stand exactly where the
    /// verdict is possible.
    pub fn check(&self, least: usize) {
        let path = format!(
            "{}/{}/queries.jsonl",
            env!("CARGO_MANIFEST_DIR"),
            self.folder
        );
        let queries: Vec<Value> = std::fs::read_to_string(path)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert!(queries.len() >= least, "{} queries", queries.len());
        let answers = self.answers(&queries);
        assert_eq!(answers.len(), queries.len());
        let mut wrong = Vec::new();
        for (query, answer) in queries.iter().zip(&answers) {
            let source = text(query, "source");
            assert!(
                source.starts_with(self.documentation) && source.contains('.'),
                "{query}"
            );
            let list = |key: &str| {
                answer
                    .get(key)
                    .and_then(Value::as_array)
                    .cloned()
                    .unwrap_or_default()
            };
            let last = list("hops")
                .last()
                .map(|hop| text(hop, "hop"))
                .unwrap_or_default();
            let (verdict, expected) = (text(answer, "verdict"), text(query, "expect"));
            let stops = expected != "blocked" || text(query, "stops") == last;
            if verdict != expected || !stops || list("gaps").is_empty() == (expected == "possible")
            {
                wrong.push(format!(
                    "{query}\n  is {verdict} at {last}, gaps {:?}",
                    list("gaps")
                ));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// The answers to all queries, in their order.
    fn answers(&self, queries: &[Value]) -> Vec<Value> {
        let asked = |query: &Value| {
            let mut line = serde_json::Map::new();
            for key in ["from", "to", "protocol", "port"] {
                line.extend(query.get(key).map(|value| (key.to_owned(), value.clone())));
            }
            format!("{}\n", Value::Object(line))
        };
        let name = self.folder.replace('/', "-");
        let batch =
            std::env::temp_dir().join(format!("crosspeer-{name}-{}.jsonl", std::process::id()));
        std::fs::write(&batch, queries.iter().map(asked).collect::<String>()).unwrap();
        let answers = self.run(&["explain", "--batch", &batch.to_string_lossy()]);
        std::fs::remove_file(&batch).unwrap();
        answers
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The rules with a finding, each once.
    pub fn fired(&self) -> BTreeSet<String> {
        let report: Value = serde_json::from_str(&self.run(&["scan"])).unwrap();
        report
            .get("findings")
            .and_then(Value::as_array)
            .unwrap()
            .iter()
            .map(|finding| text(finding, "rule"))
            .collect()
    }
}
