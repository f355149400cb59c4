//! Runs the examples that stand beside each rule.

use crate::ingest::{File, Kind, PlanPhase, Settings, ingest};
use crate::reach::Engine;
use crate::report::{many, plain};
use crate::rules::{AllowEntry, Day, Example, Intent, Options, Rule, judge, yaml_fault};
use serde_json::{Map, Value, json};
use serde_saphyr::Spanned;

/// How the examples went.
pub(super) struct Outcome {
    /// A line for each failed example, then the sums.
    pub text: String,
    /// Number of examples that failed.
    pub failed: usize,
}

/// Runs every example of every rule.
pub(super) fn test(rules: &[Rule]) -> Outcome {
    let (mut text, mut passed, mut failed) = (String::new(), 0, 0);
    for rule in rules {
        let fires = rule.examples.fires.iter().map(|example| (example, true));
        for (example, expected) in
            fires.chain(rule.examples.silent.iter().map(|example| (example, false)))
        {
            match run(rule, example, expected) {
                Ok(()) => passed += 1,
                Err(why) => {
                    failed += 1;
                    text.push_str(&format!(
                        "failed: {} in `{}`: \"{}\": {}\n",
                        rule.id,
                        plain(&rule.path),
                        plain(&example.name),
                        plain(&why)
                    ));
                }
            }
        }
    }
    text.push_str(&format!(
        "{}: {passed} examples passed, {failed} failed\n",
        many(rules.len(), "rule")
    ));
    Outcome { text, failed }
}

/// Runs one example; an error says what went other than expected.
fn run(rule: &Rule, example: &Example, expected: bool) -> Result<(), String> {
    let ingested = ingest(
        &files(rule, example),
        &Settings::default(),
        PlanPhase::After,
    )
    .map_err(|error| error.to_string())?;
    if let Some(error) = ingested.errors.first() {
        return Err(error.to_string());
    }
    let options = Options {
        exempt: vec!["kube-system".to_owned()],
        intent: intent(rule, example)?,
        ..Options::default()
    };
    let judgement = judge(
        std::slice::from_ref(rule),
        &Engine::new(&ingested.world),
        &options,
        &|_, _| false,
    );
    let worst = judgement
        .findings
        .iter()
        .map(|finding| finding.severity)
        .max();
    match (judgement.findings.len(), expected) {
        (0, true) => Err("silent, and should fire".to_owned()),
        (1.., false) => {
            let messages: Vec<&str> = judgement
                .findings
                .iter()
                .map(|finding| finding.message.as_str())
                .collect();
            Err(format!(
                "fires, and should be silent: {}",
                messages.join("; ")
            ))
        }
        _ => match (example.severity, worst) {
            (Some(wanted), Some(own)) if own != wanted => Err(format!(
                "is of {} severity, and should be of {}",
                own.word(),
                wanted.word()
            )),
            _ => Ok(()),
        },
    }
}

/// What the example's configuration wants.
fn intent(rule: &Rule, example: &Example) -> Result<Option<Intent>, String> {
    let given = &rule.examples.given;
    let Some(text) = example.allow.as_ref().or(given.allow.as_ref()) else {
        return Ok(None);
    };
    let entries: Vec<Spanned<AllowEntry>> =
        serde_saphyr::from_str(text).map_err(|error| yaml_fault(&error))?;
    let intent = Intent::read("crosspeer.yaml", &entries).map_err(|error| error.to_string())?;
    let today = given.today.as_deref().map(Day::parse).transpose()?;
    Ok(Some(Intent { today, ..intent }))
}

/// The example's input as files.
fn files(rule: &Rule, example: &Example) -> Vec<File> {
    let given = &rule.examples.given;
    let file = |path: &str, text: String, kind| File {
        path: path.into(),
        bytes: text.into_bytes(),
        kind: Some(kind),
        named: true,
        cluster: given.cluster.clone().filter(|_| kind == Kind::Manifests),
        ..File::default()
    };
    let mut out = Vec::new();
    for (path, text) in [
        ("given.yaml", &given.manifests),
        ("example.yaml", &example.manifests),
    ] {
        if !text.trim().is_empty() {
            out.push(file(path, text.clone(), Kind::Manifests));
        }
    }
    let mut state = given.state.clone();
    state.extend(example.state.clone());
    if !state.is_empty() {
        let resources: Vec<Value> = state
            .into_iter()
            .map(|(address, values)| resource(&address, values))
            .collect();
        let document = json!({"format_version": "1.0", "terraform_version": "1.9.0", "values": {"root_module": {"resources": resources}}});
        out.push(file("state.json", document.to_string(), Kind::State));
    }
    out
}

/// A resource of the root module as `terraform show -json` prints it.
fn resource(address: &str, values: Value) -> Value {
    let (kind, name) = address.split_once('.').unwrap_or((address, ""));
    let mut out = Map::new();
    for (key, value) in [
        ("address", address),
        ("mode", "managed"),
        ("type", kind),
        ("name", name),
    ] {
        out.insert(key.to_owned(), value.into());
    }
    out.insert(
        "provider_name".to_owned(),
        "registry.terraform.io/hashicorp/aws".into(),
    );
    out.insert("schema_version".to_owned(), 0.into());
    out.insert("values".to_owned(), values);
    Value::Object(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::rule_set::rules_in;
    use crate::rules::{FACT_KINDS, Holds, values};
    use std::collections::BTreeSet;

    /// The rules of the folder, as they are now.
    fn rules() -> Vec<Rule> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/rules");
        rules_in(folder.as_ref()).unwrap().0
    }

    #[test]
    fn every_example_of_every_rule_holds() {
        let outcome = test(&rules());
        assert_eq!(outcome.failed, 0, "{}", outcome.text);
    }

    #[test]
    fn every_condition_of_every_rule_is_needed_by_an_example() {
        let mut idle = Vec::new();
        for rule in rules() {
            for (left, mutant) in rule.without_one_condition() {
                if test(&[mutant]).failed == 0 {
                    idle.push(format!("{}: every example passes with {left}", rule.id));
                }
            }
        }
        assert!(idle.is_empty(), "{}", idle.join("\n"));
    }

    /// Values of the fields of every kind of fact: (kind, field, value).
    fn filled(
        files: &[File],
        intent: Option<&Intent>,
        out: &mut BTreeSet<(&'static str, &'static str, String)>,
    ) {
        let ingested = ingest(files, &Settings::default(), PlanPhase::After).unwrap();
        let engine = Engine::new(&ingested.world);
        for kind in FACT_KINDS {
            let all = values(kind, &engine, intent).into_iter();
            out.extend(all.map(|(field, value)| (kind.name, field, value)));
        }
    }

    fn demo() -> Vec<File> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/demo");
        let rendered = std::fs::read_dir(format!("{folder}/rendered")).unwrap();
        let rendered = rendered.map(|entry| entry.unwrap().path());
        let paths = rendered.chain([format!("{folder}/plan.json").into()]);
        paths
            .map(|path| File {
                path: path.to_string_lossy().as_ref().into(),
                bytes: std::fs::read(&path).unwrap(),
                named: true,
                ..File::default()
            })
            .collect()
    }

    #[test]
    fn every_field_of_every_kind_of_fact_is_filled_by_some_input() {
        let mut all = BTreeSet::new();
        filled(&demo(), None, &mut all);
        for rule in &rules() {
            let firing = rule.examples.fires.iter();
            for example in firing {
                let intent = intent(rule, example).unwrap();
                filled(&files(rule, example), intent.as_ref(), &mut all);
            }
        }
        let mut wrong = Vec::new();
        for (kind, field) in FACT_KINDS
            .iter()
            .flat_map(|kind| kind.fields.iter().map(move |field| (kind.name, field)))
        {
            let own: BTreeSet<&str> = all
                .iter()
                .filter(|(of, name, value)| *of == kind && *name == field.name && !value.is_empty())
                .map(|(_, _, value)| value.as_str())
                .collect();
            if own.is_empty() {
                wrong.push(format!("{kind}: nothing fills `{}`", field.name));
            }
            if let Holds::Word(words) = field.holds {
                let unknown = own.iter().filter(|one| !words.contains(one));
                wrong.extend(unknown.map(|one| format!("{kind}: `{}` is `{one}`", field.name)));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
