//! One function for each target: `fuzz/fuzz_targets` runs it under libFuzzer, `tests/integration/fuzz` on stable Rust over the kept
//! inputs. None of them may panic, whatever it is given.

use crosspeer::cli::own_texts;
use crosspeer::ingest::{File, Ingested, Kind, PlanPhase, Settings, ingest, yaml};
use crosspeer::reach::{Engine, Scope};
use crosspeer::rules::{Options, Rule, RuleText, builtin, judge, load_any};
use std::io::Write;
use std::sync::{Arc, OnceLock};

/// A target.
pub type Target = fn(&[u8]);

/// All targets, each by its name: that of its file in `fuzz/fuzz_targets`, and of its folder in `fuzz/corpus`.
pub const TARGETS: [(&str, Target); 8] = [
    ("binary_plan", binary_plan),
    ("configuration", configuration),
    ("expression", expression),
    ("manifests", manifests),
    ("plan", plan),
    ("queries", queries),
    ("rule", rule),
    ("state", state),
];

/// Two resources whose values only sources tell.
const UNKNOWN_PLAN: &str = r#"{"format_version":"1.2","planned_values":{},"resource_changes":[
{"address":"aws_vpc.a","mode":"managed","type":"aws_vpc","name":"a","change":{"actions":["create"],"after":{},"after_unknown":{"id":true,"cidr_block":true}}},
{"address":"aws_subnet.a","mode":"managed","type":"aws_subnet","name":"a","change":{"actions":["create"],"after":{},"after_unknown":{"id":true,"cidr_block":true,"vpc_id":true}}}],
"configuration":{"root_module":{"resources":[
{"address":"aws_vpc.a","mode":"managed","type":"aws_vpc","name":"a","expressions":{"cidr_block":{"references":["local.a"]}}},
{"address":"aws_subnet.a","mode":"managed","type":"aws_subnet","name":"a","expressions":{"cidr_block":{"references":["local.b","local.a"]},"vpc_id":{"references":["local.b","aws_vpc.a.id","aws_vpc.a"]}}}]}}}"#;

fn file(path: &str, kind: Kind, bytes: &[u8]) -> File {
    File {
        path: path.into(),
        bytes: bytes.to_vec(),
        kind: Some(kind),
        named: true,
        root: (kind == Kind::Sources || kind == Kind::BinaryPlan).then(|| "tf".into()),
        ..File::default()
    }
}

/// The built-in rules.
fn rules() -> &'static [Rule] {
    static RULES: OnceLock<Vec<Rule>> = OnceLock::new();
    RULES.get_or_init(|| builtin().unwrap())
}

/// Reads files and judges both sides of them, as a scan does.
fn scan(files: &[File]) {
    for phase in [PlanPhase::After, PlanPhase::Before] {
        if let Ok(read) = ingest(files, &Settings::default(), phase) {
            let engine = Engine::new(&read.world);
            let judged = judge(rules(), &engine, &Options::default(), &|_, _| false);
            std::hint::black_box((engine.flows(Scope::All), judged));
        }
    }
}

/// A small world with two networks, a peering and pods on both sides, for what needs one.
fn world() -> &'static Ingested {
    static WORLD: OnceLock<Ingested> = OnceLock::new();
    WORLD.get_or_init(|| {
        let plan = include_bytes!("../../testdata/stones/plan.json");
        let objects = include_bytes!("../../testdata/stones/manifests/shop.yaml");
        let files = [
            file("plan.json", Kind::Plan, plan),
            file("shop.yaml", Kind::Manifests, objects),
        ];
        ingest(&files, &Settings::default(), PlanPhase::After).unwrap()
    })
}

/// Plan JSON.
pub fn plan(input: &[u8]) {
    scan(&[file("plan.json", Kind::Plan, input)]);
}

/// State JSON.
pub fn state(input: &[u8]) {
    scan(&[file("state.json", Kind::State, input)]);
}

/// YAML of Kubernetes objects.
pub fn manifests(input: &[u8]) {
    scan(&[file("all.yaml", Kind::Manifests, input)]);
}

/// An expression of Terraform sources, on which the links of a plan hang.
pub fn expression(input: &[u8]) {
    let own = String::from_utf8_lossy(input);
    let sources = format!(
        "locals {{\n  a = {own}\n  b = [for x in [local.a] : {{ v = x, n = aws_vpc.a.id }}]\n}}\nresource \"aws_vpc\" \"a\" {{\n  cidr_block = local.a\n}}\n\
         resource \"aws_subnet\" \"a\" {{\n  vpc_id     = {own}\n  cidr_block = local.b[0].v\n}}\n"
    );
    scan(&[
        file("plan.json", Kind::Plan, UNKNOWN_PLAN.as_bytes()),
        file("tf/main.tf", Kind::Sources, sources.as_bytes()),
    ]);
}

/// The binary plan: the input itself, or, where it does not begin as a zip, an archive of it. There a NUL ends the root module, then comes
/// the listing of modules, then a module.
pub fn binary_plan(input: &[u8]) {
    let archive = if input.starts_with(b"PK") {
        input.to_vec()
    } else {
        packed(input)
    };
    scan(&[
        file("plan.json", Kind::Plan, UNKNOWN_PLAN.as_bytes()),
        file("plan.bin", Kind::BinaryPlan, &archive),
    ]);
}

fn packed(input: &[u8]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let names = [
        "tfconfig/m-/main.tf",
        "tfconfig/modules.json",
        "tfconfig/m-n/main.tf",
    ];
    for (name, bytes) in names.into_iter().zip(input.split(|byte| *byte == 0)) {
        out.start_file(name, options).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// A rule with its expression, or a change to a built-in one; what is one is run.
pub fn rule(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    // As the command line does, which tells here what is no YAML.
    let documents = yaml::read(&Arc::from("rule.yaml"), &text);
    if documents.iter().any(|document| document.content.is_err()) {
        return;
    }
    let rules = match load_any("rule.yaml", &text) {
        Ok(RuleText::Rule(rule)) => vec![*rule],
        Ok(RuleText::Override(own)) => {
            let mut changed = rules().to_vec();
            changed.iter_mut().for_each(|rule| own.apply(rule));
            changed
        }
        Err(_) => return,
    };
    let engine = Engine::new(&world().world);
    std::hint::black_box(judge(&rules, &engine, &Options::default(), &|_, _| false));
}

/// Queries of a batch, one a line.
pub fn queries(input: &[u8]) {
    let engine = Engine::new(&world().world);
    let _ = std::hint::black_box(own_texts::answers(&String::from_utf8_lossy(input), &engine));
}

/// `crosspeer.yaml`.
pub fn configuration(input: &[u8]) {
    let _ = own_texts::configuration(&String::from_utf8_lossy(input));
}
