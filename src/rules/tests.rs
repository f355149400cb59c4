//! What a kind of fact needs to be matched, and helpers that look at facts from other rooms' tests.

use super::fact::Fact;
use super::field::{Shape, fields, flag, name, word};
use super::intent::Intent;
use super::judged::Judged;
use super::kind::FactKind;
use super::load::load_among;
use super::subject::Subject;
use super::value::Value;
use super::{Certainty, Options, judge};
use crate::model::{Change, Origin, Place, World};
use crate::reach::Engine;

/// The values of all fields of all facts of one kind, as text; those that the input tells.
pub(crate) fn values(
    kind: &FactKind,
    engine: &Engine<'_>,
    intent: Option<&Intent>,
) -> Vec<(&'static str, String)> {
    let exempt = ["kube-system".to_owned()];
    let judged = Judged::new(engine, &exempt, true).intending(intent);
    let facts = (kind.facts)(&judged);
    let all = facts.iter().flat_map(Fact::instances).flat_map(|one| {
        let names = kind.fields.iter().map(|field| field.name);
        let known = move |name: &&str| !matches!(one.value(name), None | Some(Value::Unknown(_)));
        names.filter(known).map(move |name| (name, one.text(name)))
    });
    all.collect()
}

/// A kind of fact that the program does not have: one constant and one struct, and no line elsewhere.
const HARBOUR: FactKind = FactKind {
    name: "harbour",
    about: "a harbour",
    fields: Harbour::FIELDS,
    crossing: false,
    facts: harbours,
};

const TIDE: Shape = word(&["high", "low"], "the water");

fields! {
    /// A harbour.
    Harbour {
        place: name("its name"),
        tide: TIDE,
        lit: flag("whether its lighthouse is lit"),
    }
}

fn harbours(judged: &Judged<'_, '_>) -> Vec<Fact> {
    let origin = Origin {
        place: Place {
            file: "chart.yaml".into(),
            line: 3,
            column: 1,
            length: 0,
        },
        address: "harbour".into(),
        change: Change::None,
        inner: None,
    };
    let fact = |(place, tide): (&str, &str)| Fact {
        values: Harbour {
            place: place.into(),
            tide: tide.into(),
            lit: (judged.engine.world().clusters.is_empty()).into(),
        }
        .values(),
        subjects: Subject::alone(place, place, Some(origin.clone())),
        ..Fact::default()
    };
    [("Aber", "high"), ("Brest", "low")].map(fact).to_vec()
}

const RULE: &str = "id: XX001\ntitle: t\nseverity: low\nprecision: high\nselect: harbour\nmatch:\n  tide: low\n  lit: true\n\
    group: [place]\nmessage: 'harbour {place} is dry'\nremediation: {text: wait, example: e}\nhelp: h\nexamples: {fires: [], silent: []}\n";

#[test]
fn a_made_up_kind_of_fact_is_matched() {
    let rule = load_among(&[&HARBOUR], "x.yaml", RULE).unwrap();
    let world = World::default();
    let judgement = judge(
        &[rule],
        &Engine::new(&world),
        &Options::default(),
        &|_, _| false,
    );
    let told: Vec<(&str, Certainty)> = judgement
        .findings
        .iter()
        .map(|finding| (finding.message.as_str(), finding.certainty))
        .collect();
    assert_eq!(
        told,
        [("harbour `Brest` is dry", Certainty::Possible)],
        "no field of it says `certain`"
    );
}

#[test]
fn a_field_that_no_fact_of_the_kind_fills_is_refused() {
    let refused = |change: (&str, &str)| {
        load_among(&[&HARBOUR], "x.yaml", &RULE.replace(change.0, change.1)).unwrap_err()
    };
    let error = refused(("tide: low", "tied: low"));
    assert_eq!((error.line, error.column), (7, 3), "{error}");
    assert!(error.message.contains("did you mean `tide`?"), "{error}");
    let error = refused(("tide: low", "tide: ebb"));
    assert!(error.message.contains("one of high, low"), "{error}");
    let error = refused(("harbour\n", "crossing\n"));
    assert!(error.message.contains("expected one of harbour"), "{error}");
}
