//! Inputs that describe the same things: a state beside the plan of the same root, and one resource in two inputs.

use super::graph::Graph;
use super::input::Input;
use super::mode::Mode;
use super::resource::Resource;
use crate::ingest::InputError;
use crate::model::{Arena, Id};
use rustc_hash::{FxHashMap, FxHashSet};

/// Takes out of the graph what another input describes as well, and says so.
///
/// A plan holds the state before it, so a state of the same root adds nothing. One resource managed in two roots (each
/// knows its id) is kept where it was read first.
pub fn leave_out(graph: &mut Graph, inputs: &[Input]) -> Vec<InputError> {
    if inputs.len() < 2 {
        return Vec::new();
    }
    let covered: Vec<(&Input, &Input)> = inputs
        .iter()
        .filter(|own| own.is_state)
        .filter_map(|state| Some((state, plan_of(graph, state, inputs)?)))
        .collect();
    let dropped: FxHashSet<usize> = covered.iter().map(|(state, _)| state.number).collect();
    let mut owned: FxHashMap<(String, String), usize> = FxHashMap::default();
    let mut kept = Arena::default();
    for (_, resource) in graph
        .resources
        .iter()
        .filter(|(_, own)| !dropped.contains(&own.input))
    {
        let first = unique_id(resource).map(|id| {
            *owned
                .entry((resource.kind.clone(), id))
                .or_insert(resource.input)
        });
        if first.is_none_or(|input| input == resource.input) {
            kept.push(resource.clone());
        }
    }
    graph.resources = kept;
    covered
        .into_iter()
        .map(|(state, plan)| note(state, plan))
        .collect()
}

fn note(state: &Input, plan: &Input) -> InputError {
    InputError {
        file: state.path.clone(),
        line: 0,
        column: 0,
        length: 0,
        message: format!(
            "this state is of the same root as the plan `{}`, which holds the state before it, and is left out",
            plan.path
        ),
        refused: false,
    }
}

/// The plan of the root that a state is of: it holds most of its resources, and says nothing else of any of them.
fn plan_of<'i>(graph: &Graph, state: &Input, inputs: &'i [Input]) -> Option<&'i Input> {
    let own: Vec<&Resource> = managed(graph, state).collect();
    inputs.iter().filter(|plan| !plan.is_state).find(|plan| {
        let theirs: FxHashMap<&str, &Resource> = managed(graph, plan)
            .map(|resource| (resource.address.as_str(), resource))
            .collect();
        let shared: Vec<_> = own
            .iter()
            .filter_map(|resource| Some((*resource, *theirs.get(resource.address.as_str())?)))
            .collect();
        !shared.is_empty()
            && shared.len() * 2 > own.len()
            && !shared.iter().any(|(a, b)| differ(a, b))
    })
}

fn managed<'g>(graph: &'g Graph, input: &Input) -> impl Iterator<Item = &'g Resource> {
    let number = input.number;
    graph
        .resources
        .iter()
        .map(|(_, own)| own)
        .filter(move |own| own.input == number && own.mode == Mode::Managed)
}

/// Whether what two inputs know of an address shows that it is not one thing.
fn differ(a: &Resource, b: &Resource) -> bool {
    ["id", "cidr_block", "name", "region"].iter().any(|path| {
        match (a.values.get(path).text(), b.values.get(path).text()) {
            (Some(a), Some(b)) => a != b,
            _ => false,
        }
    })
}

/// Resources from `first` on that are there already, each with the one that was read first: by the ids that a cloud gives once.
pub fn twice(graph: &Graph, first: usize) -> FxHashMap<Id<Resource>, Id<Resource>> {
    let mut owned: FxHashMap<(&str, String), (usize, Id<Resource>)> = FxHashMap::default();
    let mut out = FxHashMap::default();
    for (id, resource) in graph.resources.iter() {
        let Some(own) = unique_id(resource) else {
            continue;
        };
        let (input, original) = *owned
            .entry((&resource.kind, own))
            .or_insert((resource.input, id));
        if input != resource.input && id.index() >= first {
            out.insert(id, original);
        }
    }
    out
}

/// A managed resource's id, where it is one that a cloud gives to one thing only: `vpc-0a1b2c3d`, or an ARN.
fn unique_id(resource: &Resource) -> Option<String> {
    let id = (resource.mode == Mode::Managed).then(|| resource.values.get("id").text())??;
    let given = id.rsplit_once('-').is_some_and(|(_, digits)| {
        digits.len() >= 8 && digits.chars().all(|c| c.is_ascii_hexdigit())
    });
    (given && !super::mocked::is_mocked(id) || id.starts_with("arn:")).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::ingest::terraform::testing::file;
    use crate::ingest::terraform::testing::read;
    use crate::ingest::{Kind, PlanPhase};

    fn check(plan_values: &str, state_values: &str) -> Vec<String> {
        let plan = format!(
            r#"{{"format_version":"1.2","planned_values":{{}},"resource_changes":[
            {{"address":"aws_vpc.a","mode":"managed","type":"aws_vpc","change":{{"actions":["create"],"after":{plan_values},"after_unknown":{{"id":true}}}}}}]}}"#
        );
        let state = format!(
            r#"{{"format_version":"1.0","values":{{"root_module":{{"resources":[{{"address":"aws_vpc.a","mode":"managed","type":"aws_vpc","values":{state_values}}}]}}}}}}"#
        );
        let files = [
            file("plan.json", &plan, Kind::Plan),
            file("state.json", &state, Kind::State),
        ];
        let read = read(&files.iter().collect::<Vec<_>>(), PlanPhase::After);
        read.graph
            .resources
            .iter()
            .map(|(_, own)| own.origin.place.file.to_string())
            .collect()
    }

    #[test]
    fn a_state_of_the_plans_own_root_is_left_out() {
        assert_eq!(
            check(
                r#"{"cidr_block":"10.0.0.0/16"}"#,
                r#"{"cidr_block":"10.0.0.0/16","id":"vpc-1"}"#
            ),
            ["plan.json"]
        );
    }

    #[test]
    fn a_state_of_another_root_with_the_same_addresses_stays() {
        assert_eq!(
            check(
                r#"{"cidr_block":"10.0.0.0/16"}"#,
                r#"{"cidr_block":"10.1.0.0/16","id":"vpc-1"}"#
            ),
            ["plan.json", "state.json"]
        );
    }

    #[test]
    fn one_resource_in_two_states_is_one() {
        let state = |address: &str| {
            format!(
                r#"{{"format_version":"1.0","values":{{"root_module":{{"resources":[{{"address":"{address}","mode":"managed","type":"aws_vpc",
                "values":{{"id":"vpc-0a1b2c3d4e5f"}}}}]}}}}}}"#
            )
        };
        let files = [
            file("a.json", &state("aws_vpc.a"), Kind::State),
            file("b.json", &state("aws_vpc.b"), Kind::State),
        ];
        let read = read(&files.iter().rev().collect::<Vec<_>>(), PlanPhase::After);
        let addresses: Vec<&str> = read
            .graph
            .resources
            .iter()
            .map(|(_, own)| own.address.as_str())
            .collect();
        assert_eq!(addresses, ["aws_vpc.a"]);
    }
}
