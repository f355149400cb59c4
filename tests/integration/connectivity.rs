//! What crosses borders in a world, as sets that may be compared between worlds, and the roots that such tests go over.

use crate::deleted;
use crosspeer::ingest::{File, Ingested, Kind, PlanPhase, Settings, ingest};
use crosspeer::model::{AddressSet, FlowSet, Verdict, World};
use crosspeer::reach::{Engine, Party, Scope};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A plan with the manifests of its cluster.
pub struct Root {
    /// Its folder.
    pub name: String,
    /// The plan.
    pub plan: Value,
}

/// Pods without policies, for plans that stand without manifests.
const PODS: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: store}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec: {containers: [{name: api, image: 'api:1', ports: [{containerPort: 8080}]}]}
";

impl Root {
    fn new(folder: &Path) -> Self {
        let plan = std::fs::read(folder.join("plan.json")).unwrap();
        Root {
            name: folder.to_string_lossy().into_owned(),
            plan: serde_json::from_slice(&plan).unwrap(),
        }
    }

    /// A pair of the corpus after it was applied: its plan has nothing to change, and all is known.
    fn applied(folder: &Path) -> Self {
        let before = Root::new(folder);
        Root {
            name: format!("{} applied", before.name),
            plan: deleted::applied(folder, &before.plan),
        }
    }

    /// Whether it has so many resources that a test of all of them takes long.
    pub fn is_large(&self) -> bool {
        self.plan["resource_changes"].as_array().map_or(0, Vec::len) > 64
    }

    /// The world after a plan of this root, without sources.
    pub fn read(&self, plan: &Value) -> Ingested {
        let file = |path: &str, bytes: Vec<u8>, kind| File {
            path: path.into(),
            bytes,
            kind: Some(kind),
            named: true,
            ..File::default()
        };
        let pods = |cluster| File {
            cluster,
            ..file("pods.yaml", PODS.as_bytes().to_vec(), Kind::Manifests)
        };
        let mut files = vec![file(
            "plan.json",
            serde_json::to_vec(plan).unwrap(),
            Kind::Plan,
        )];
        match clusters(plan).as_slice() {
            [] | [_] => files.push(pods(None)),
            several => files.extend(several.iter().cloned().map(|own| pods(Some(own)))),
        }
        ingest(&files, &Settings::default(), PlanPhase::After).unwrap()
    }
}

/// The addresses of the clusters of a plan that manifests may be tied to.
fn clusters(plan: &Value) -> Vec<String> {
    let changes = plan["resource_changes"].as_array().into_iter().flatten();
    let clusters = changes.filter(|change| change["type"] == "aws_eks_cluster");
    clusters
        .map(|change| change["address"].as_str().unwrap().to_owned())
        .collect()
}

/// Roots of the project and, where they stand beside it, of the corpus.
pub fn roots() -> Vec<Root> {
    let mut out = own_roots();
    out.extend(of_pairs(Root::new));
    out
}

fn own_roots() -> Vec<Root> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let names = [
        "demo",
        "azure/flat",
        "azure/overlay",
        "google",
        "google/routes",
    ];
    names.map(|name| Root::new(&own.join(name))).into()
}

/// The project's own pair after it was applied, and three of the corpus, where they stand beside the project.
pub fn applied() -> Vec<Root> {
    of_pairs(Root::applied)
}

fn of_pairs(root: fn(&Path) -> Root) -> Vec<Root> {
    let pairs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/pairs");
    let names = ["border-broken-paths", "platform-with-peers", "transit-hub"];
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/pairs/two-networks");
    let folders = names.map(|name| pairs.join(name));
    let folders = std::iter::once(own).chain(folders);
    let there = folders.filter(|folder| {
        if !folder.is_dir() {
            eprintln!("skipped: no {}", folder.display());
        }
        folder.is_dir()
    });
    there.map(|folder| root(&folder)).collect()
}

/// The folders that hold a plan, the state that it becomes, and the links that are right: the project's own, then those of the
/// corpus, where it stands beside the project.
pub fn pair_folders() -> Vec<PathBuf> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let [own, corpus] = ["testdata/pairs", "../shared/corpus/pairs"].map(|folder| {
        let folder = project.join(folder);
        if !folder.is_dir() {
            eprintln!("skipped: no {}", folder.display());
        }
        let folders = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        let mut folders: Vec<PathBuf> = folders.map(|entry| entry.path()).collect();
        folders.sort();
        folders.retain(|folder| folder.join("plan.json").is_file());
        folders
    });
    assert!(!own.is_empty(), "the project has a pair of its own");
    [own, corpus].concat()
}

/// The roots of the project and all pairs of the corpus, each as it is before it is applied, and after that, when all ids are known.
pub fn every_root() -> Vec<Root> {
    let both = |folder: &PathBuf| [Root::new(folder), Root::applied(folder)];
    let pairs = pair_folders();
    let pairs = pairs.iter().flat_map(both);
    own_roots().into_iter().chain(pairs).collect()
}

/// Who sends what to whom over a border. Ends that are addresses are in the sets.
pub struct Connectivity {
    surely: Flows,
    perhaps: Flows,
}

impl Connectivity {
    /// That of a world.
    pub fn of(world: &World) -> Self {
        Connectivity::within(world, Scope::Border)
    }

    /// That of a scope of a world.
    pub fn within(world: &World, scope: Scope) -> Self {
        let mut out = Connectivity {
            surely: BTreeMap::new(),
            perhaps: BTreeMap::new(),
        };
        for flow in Engine::new(world).flows(scope) {
            let name = |party: &Party| match party {
                Party::Workload(id) => world.workload_name(*id),
                Party::Endpoint(id) => world.endpoints[*id].name.clone(),
                Party::Addresses(_) => String::new(),
            };
            let addresses = [&flow.from, &flow.to]
                .into_iter()
                .find_map(|party| match party {
                    Party::Addresses(addresses) => Some(addresses.clone()),
                    _ => None,
                });
            let key = (name(&flow.from), name(&flow.to));
            let set = FlowSet::of(
                addresses.unwrap_or_else(AddressSet::all),
                flow.traffic.clone(),
            );
            let add = |to: &mut BTreeMap<_, FlowSet>| {
                let own = to.entry(key.clone()).or_default();
                *own = own.union(&set);
            };
            add(&mut out.perhaps);
            if flow.verdict == Verdict::Reachable {
                add(&mut out.surely);
            }
        }
        out
    }

    /// Pairs of ends of which one reaches the other.
    pub fn reachable(&self) -> usize {
        self.surely.len()
    }

    /// Pairs of ends of which one reaches the other here and may not there.
    pub fn lost(&self, other: &Connectivity) -> Vec<String> {
        beyond(&self.surely, &other.perhaps)
    }

    /// The same with other names of the ends.
    pub fn renamed(&self, name: impl Fn(&str) -> String) -> Self {
        let renamed = |flows: &Flows| {
            let mut out = Flows::new();
            for ((from, to), set) in flows {
                let own = out.entry((name(from), name(to))).or_default();
                *own = own.union(set);
            }
            out
        };
        Connectivity {
            surely: renamed(&self.surely),
            perhaps: renamed(&self.perhaps),
        }
    }

    /// What of it is between ends that others have.
    pub fn among(self, others: &Connectivity) -> Self {
        let ends = others.perhaps.keys().flat_map(|(from, to)| [from, to]);
        let ends: BTreeSet<&String> = ends.collect();
        let among = |mut flows: Flows| {
            flows.retain(|(from, to), _| ends.contains(from) && ends.contains(to));
            flows
        };
        Connectivity {
            surely: among(self.surely),
            perhaps: among(self.perhaps),
        }
    }

    /// Pairs of ends of which one surely reaches the other here and not surely there, or may reach it here and not there.
    pub fn beyond(&self, other: &Connectivity) -> Vec<String> {
        let surely = beyond(&self.surely, &other.surely);
        let perhaps = beyond(&self.perhaps, &other.perhaps);
        let surely = surely.iter().map(|ends| format!("surely {ends}"));
        surely
            .chain(perhaps.iter().map(|ends| format!("perhaps {ends}")))
            .collect()
    }

    /// Pairs of ends about which somebody who knows less is surer: what passes surely did not, or what cannot pass could.
    pub fn surer(&self, less: &Connectivity) -> Vec<String> {
        let opened = beyond(&less.surely, &self.surely);
        let closed = beyond(&self.perhaps, &less.perhaps);
        let opened = opened.iter().map(|ends| format!("surely passes {ends}"));
        opened
            .chain(closed.iter().map(|ends| format!("cannot pass {ends}")))
            .collect()
    }

    /// Pairs of ends of which one reaches the other otherwise here than there.
    pub fn differs(&self, other: &Connectivity) -> Vec<String> {
        let mut all = beyond(&self.surely, &other.surely);
        all.extend(beyond(&other.surely, &self.surely));
        all.extend(beyond(&self.perhaps, &other.perhaps));
        all.extend(beyond(&other.perhaps, &self.perhaps));
        all
    }
}

type Flows = BTreeMap<(String, String), FlowSet>;

/// Pairs of ends between which one set holds more than another.
fn beyond(own: &Flows, other: &Flows) -> Vec<String> {
    let none = FlowSet::none();
    let more = own.iter().filter(|(ends, set)| {
        let there = other.get(ends).unwrap_or(&none);
        !set.difference(there).is_empty()
    });
    more.map(|((from, to), _)| format!("`{from}` to `{to}`"))
        .collect()
}
