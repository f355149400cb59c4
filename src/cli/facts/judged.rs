//! What a scan finds as Parquet: one row for each finding, and one for each flow that crosses a border.

use super::super::console::Console;
use super::super::error::CliError;
use super::super::naming::rows;
use super::table::{Column, write as table};
use crate::model::{AddressSet, Attachment, Id, Network, World};
use crate::reach::{Engine, Scope};
use crate::report::{FlowRow, Medium, Scan, json};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Writes `findings.parquet` and `crossings.parquet` into a folder, which is made where it is not there.
pub(in crate::cli) fn write(
    folder: &Path,
    scan: &Scan<'_>,
    engine: &Engine<'_>,
    console: &mut Console,
) -> Result<(), CliError> {
    let text: String = json::scan(scan).collect();
    let text = console.finished(&text, Medium::Json);
    let crossings = crossings(engine, &|text| console.finished(text, Medium::Text));
    let failed = |why: String| CliError::Write {
        path: folder.to_owned(),
        why: std::io::Error::other(why),
    };
    let findings = findings(&text, scan).map_err(|why| failed(why.to_string()))?;
    std::fs::create_dir_all(folder).map_err(|why| failed(why.to_string()))?;
    for (file, columns) in [
        ("findings.parquet", findings),
        ("crossings.parquet", crossings),
    ] {
        let bytes = table(&columns, &[]).map_err(|why| failed(why.to_string()))?;
        console.bytes(&folder.join(file), &bytes)?;
    }
    Ok(())
}

/// The part of the JSON report that rows are made of.
#[derive(Deserialize)]
struct Document<'d> {
    #[serde(borrow)]
    findings: Vec<&'d RawValue>,
}

#[derive(Deserialize)]
struct FindingRow {
    rule: String,
    severity: String,
    certainty: String,
    title: String,
    message: String,
    subject: String,
    border: Option<String>,
    location: Location,
    fingerprint: String,
    new: bool,
}

#[derive(Deserialize)]
struct Location {
    file: String,
    line: i64,
}

type Columns = Vec<(&'static str, Column)>;

fn findings(text: &str, scan: &Scan<'_>) -> Result<Columns, serde_json::Error> {
    let document: Document<'_> = serde_json::from_str(text)?;
    let mut read = Vec::new();
    for own in document.findings {
        // The same on one line.
        let whole: serde_json::Value = serde_json::from_str(own.get())?;
        read.push((serde_json::from_str::<FindingRow>(own.get())?, whole));
    }
    let text = |of: &dyn Fn(&FindingRow) -> Option<String>| {
        Column::Text(read.iter().map(|(row, _)| of(row)).collect())
    };
    let number = |of: &dyn Fn(&FindingRow) -> i64| {
        Column::Number(read.iter().map(|(row, _)| Some(of(row))).collect())
    };
    let repository = |row: &FindingRow| Some(scan.paths.repository(&row.location.file)?.to_owned());
    let bodies = read.iter().map(|(_, whole)| Some(whole.to_string()));
    Ok(vec![
        ("repository", text(&repository)),
        ("rule", text(&|row| Some(row.rule.clone()))),
        ("severity", text(&|row| Some(row.severity.clone()))),
        ("certainty", text(&|row| Some(row.certainty.clone()))),
        ("new", number(&|row| row.new.into())),
        ("title", text(&|row| Some(row.title.clone()))),
        ("message", text(&|row| Some(row.message.clone()))),
        ("subject", text(&|row| Some(row.subject.clone()))),
        ("border", text(&|row| row.border.clone())),
        ("file", text(&|row| Some(row.location.file.clone()))),
        ("line", number(&|row| row.location.line)),
        ("fingerprint", text(&|row| Some(row.fingerprint.clone()))),
        ("body", Column::Text(bodies.collect())),
    ])
}

/// Who is at an end of a flow, and where.
#[derive(Clone, Debug, Default)]
struct End {
    kind: &'static str,
    cluster: Option<String>,
    namespace: Option<String>,
    networks: BTreeSet<Id<Network>>,
}

/// Workloads and resources by name.
fn ends(world: &World) -> BTreeMap<String, End> {
    let networks = |own: &[&Attachment]| own.iter().map(|own| own.network).collect();
    let mut out = BTreeMap::new();
    for (id, workload) in world.workloads.iter() {
        let placements = workload.pod_placements.iter();
        let held = placements.flat_map(|own| [Some(&own.pod), own.node.as_ref()]);
        let end = End {
            kind: "workload",
            cluster: Some(world.clusters[workload.cluster].name.clone())
                .filter(|name| !name.is_empty()),
            namespace: Some(world.namespaces[workload.namespace].name.clone()),
            networks: networks(&held.flatten().collect::<Vec<_>>()),
        };
        out.insert(world.workload_name(id), end);
    }
    for (_, endpoint) in world.endpoints.iter() {
        let end = End {
            kind: "resource",
            networks: networks(&endpoint.attachments.iter().collect::<Vec<_>>()),
            ..End::default()
        };
        out.insert(endpoint.name.clone(), end);
    }
    out
}

/// The networks at the ends of borders, by the name of the border.
fn joined(world: &World) -> BTreeMap<&str, BTreeSet<Id<Network>>> {
    let ends = world.borders.iter().map(|(_, border)| {
        let legs = border.legs.iter();
        let networks = legs.flat_map(|leg| [leg.from, leg.to]);
        (border.name.as_str(), networks.collect())
    });
    ends.collect()
}

/// A range of addresses: it is in those networks at the ends of the borders that hold all of it.
fn addresses(
    range: &str,
    row: &FlowRow,
    world: &World,
    joined: &BTreeMap<&str, BTreeSet<Id<Network>>>,
) -> End {
    let set = AddressSet::parse(range).unwrap_or_default();
    let near = row
        .crosses
        .iter()
        .filter_map(|name| joined.get(name.as_str()));
    let holds =
        |id: &&Id<Network>| !set.is_empty() && set.is_subset(&world.networks[**id].addresses);
    End {
        kind: "addresses",
        networks: near.flatten().filter(holds).copied().collect(),
        ..End::default()
    }
}

/// A value that all of some networks have; none where they differ, or it is not known of one.
fn common(
    networks: &BTreeSet<Id<Network>>,
    of: impl Fn(Id<Network>) -> Option<String>,
) -> Option<String> {
    let mut values = networks.iter().map(|id| of(*id));
    let first = values.next()??;
    values
        .all(|own| own.as_ref() == Some(&first))
        .then_some(first)
}

fn crossings(engine: &Engine<'_>, hidden: &dyn Fn(&str) -> String) -> Columns {
    let world = engine.world();
    let (ends, joined) = (ends(world), joined(world));
    let flows: Vec<FlowRow> = rows(engine, Scope::Border).collect();
    let text = |of: &dyn Fn(&FlowRow) -> String| {
        Column::Text(flows.iter().map(|row| Some(hidden(&of(row)))).collect())
    };
    let list = |of: &dyn Fn(&FlowRow) -> &[String]| {
        let own = |row| of(row).iter().map(|own| hidden(own)).collect();
        Column::List(flows.iter().map(own).collect())
    };
    let end = |row: &FlowRow, name: &str| match ends.get(name) {
        Some(end) => end.clone(),
        None => addresses(name, row, world, &joined),
    };
    let name = |id: Id<Network>| Some(world.networks[id].name.clone());
    let account = |id: Id<Network>| world.networks[id].owner.account.clone();
    let certainty = |row: &FlowRow| {
        let word = if row.certain { "certain" } else { "possible" };
        word.to_owned()
    };
    let mut out: Columns = Vec::new();
    for (names, of) in SIDES {
        let [title, kind, cluster, namespace, network, owner] = *names;
        let own: Vec<End> = flows.iter().map(|row| end(row, of(row))).collect();
        let part = |of: &dyn Fn(&End) -> Option<String>| {
            let own = own.iter().map(|end| of(end).map(|text| hidden(&text)));
            Column::Text(own.collect())
        };
        out.push((title, text(&|row| of(row).to_owned())));
        out.push((kind, part(&|end| Some(end.kind.to_owned()))));
        out.push((cluster, part(&|end| end.cluster.clone())));
        out.push((namespace, part(&|end| end.namespace.clone())));
        out.push((network, part(&|end| common(&end.networks, name))));
        out.push((owner, part(&|end| common(&end.networks, account))));
    }
    out.push(("borders", list(&|row| &row.crosses)));
    out.push(("certainty", text(&certainty)));
    out.push(("traffic", text(&|row| json::traffic(&row.traffic))));
    out.push(("gaps", list(&|row| &row.gaps)));
    out
}

/// The columns of an end of a flow, and its name in a row.
type SideOf = ([&'static str; 6], fn(&FlowRow) -> &str);

/// Both ends.
const SIDES: &[SideOf] = &[
    (
        [
            "source",
            "source_kind",
            "source_cluster",
            "source_namespace",
            "source_network",
            "source_account",
        ],
        |row| &row.from,
    ),
    (
        [
            "destination",
            "destination_kind",
            "destination_cluster",
            "destination_namespace",
            "destination_network",
            "destination_account",
        ],
        |row| &row.to,
    ),
];
