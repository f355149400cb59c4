//! An input taken apart, so that parts of it can be written anew.

use crate::connectivity::Connectivity;
use crosspeer::ingest::{File, Ingested, Kind, PlanPhase, Settings, ingest};
use crosspeer::reach::Scope;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// One input.
#[derive(Clone)]
pub struct Case {
    /// Where it stands.
    pub name: String,
    /// Plans and states: path, what it is, and the document.
    pub documents: Vec<(String, Kind, Value)>,
    /// Terraform sources of one root module: path and text.
    pub sources: Vec<(String, String)>,
    /// Files of Kubernetes objects.
    pub manifests: Vec<Manifests>,
}

/// One file of Kubernetes objects.
#[derive(Clone)]
pub struct Manifests {
    /// Its path.
    pub path: String,
    /// The cluster that it is tied to.
    pub cluster: Option<String>,
    /// Its objects.
    pub objects: Vec<Value>,
}

/// The folder of the sources.
const ROOT: &str = "tf";

impl Case {
    fn of(folder: &Path) -> Self {
        let mut out = Case {
            name: folder.to_string_lossy().into_owned(),
            documents: Vec::new(),
            sources: Vec::new(),
            manifests: Vec::new(),
        };
        for (name, kind) in [("plan.json", Kind::Plan), ("state.json", Kind::State)] {
            if let Ok(bytes) = std::fs::read(folder.join(name)) {
                let document = serde_json::from_slice(&bytes).unwrap();
                out.documents.push((name.to_owned(), kind, document));
            }
        }
        for path in ["tf", "infra"]
            .iter()
            .flat_map(|own| below(&folder.join(own)))
        {
            let inside = path.strip_prefix(folder).unwrap();
            let inside: PathBuf = inside.components().skip(1).collect();
            let text = std::fs::read_to_string(&path).unwrap();
            out.sources
                .push((format!("{ROOT}/{}", inside.display()), text));
        }
        let manifests = ["manifests", "rendered", "../manifests"];
        let named = manifests.iter().find(|own| folder.join(own).is_dir());
        let ties = ties(&folder.join("crosspeer.yaml"));
        for path in named.iter().flat_map(|own| below(&folder.join(own))) {
            let inside = path.strip_prefix(folder).unwrap().to_string_lossy();
            let tie = ties.iter().find(|(_, own)| inside.starts_with(own));
            let text = std::fs::read_to_string(&path).unwrap();
            let objects: Vec<Value> = serde_saphyr::from_multiple(&text)
                .unwrap_or_else(|wrong| panic!("{}: {wrong}", path.display()));
            out.manifests.push(Manifests {
                path: inside.into_owned(),
                cluster: tie.map(|(cluster, _)| cluster.clone()),
                objects: objects
                    .into_iter()
                    .filter(|own| own["kind"].is_string())
                    .collect(),
            });
        }
        out
    }

    /// The same without sources.
    pub fn without_sources(&self) -> Self {
        Case {
            sources: Vec::new(),
            ..self.clone()
        }
    }

    /// Its files.
    pub fn files(&self) -> Vec<File> {
        let file = |path: &str, bytes: Vec<u8>, kind| File {
            path: path.into(),
            bytes,
            kind: Some(kind),
            named: true,
            ..File::default()
        };
        let documents = self
            .documents
            .iter()
            .map(|(path, kind, document)| file(path, document.to_string().into_bytes(), *kind));
        let sources = self.sources.iter().map(|(path, text)| File {
            root: Some(ROOT.into()),
            ..file(path, text.clone().into_bytes(), Kind::Sources)
        });
        let manifests = self.manifests.iter().map(|own| File {
            cluster: own.cluster.clone(),
            ..file(&own.path, own.text().into_bytes(), Kind::Manifests)
        });
        documents.chain(sources).chain(manifests).collect()
    }

    /// What is read of it.
    pub fn read(&self) -> Ingested {
        ingest(&self.files(), &Settings::default(), PlanPhase::After)
            .unwrap_or_else(|wrong| panic!("{}: {wrong}", self.name))
    }

    /// Who reaches whom in it, over borders and inside clusters.
    pub fn flows(&self) -> Connectivity {
        Connectivity::within(&self.read().world, Scope::All)
    }

    /// All objects.
    pub fn objects(&self) -> impl Iterator<Item = &Value> {
        self.manifests.iter().flat_map(|own| &own.objects)
    }

    /// All objects, to be written anew.
    pub fn objects_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.manifests.iter_mut().flat_map(|own| &mut own.objects)
    }
}

impl Manifests {
    /// Its text: JSON documents are YAML.
    pub fn text(&self) -> String {
        let documents: Vec<String> = self.objects.iter().map(Value::to_string).collect();
        format!("{}\n", documents.join("\n---\n"))
    }
}

/// The clusters of a configuration, with the beginnings of their manifests' paths.
fn ties(configuration: &Path) -> Vec<(String, String)> {
    let Ok(text) = std::fs::read_to_string(configuration) else {
        return Vec::new();
    };
    let read: Value = serde_saphyr::from_str(&text).unwrap();
    let clusters = read["clusters"].as_array().into_iter().flatten();
    let each = clusters.flat_map(|own| {
        let address = own["address"].as_str().unwrap().to_owned();
        let paths = own["manifests"].as_array().unwrap().iter();
        paths.map(move |path| (address.clone(), path.as_str().unwrap().to_owned()))
    });
    each.collect()
}

/// The files of a folder and of those in it, by name.
fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut all: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    all.sort();
    let deep = all.into_iter().flat_map(|path| match path.is_dir() {
        true => below(&path),
        false => vec![path],
    });
    deep.collect()
}

/// Inputs with a plan or a state.
pub fn with_networks() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let own = [
        "demo",
        "azure/flat",
        "azure/overlay",
        "google",
        "google/routes",
        "stones",
    ];
    let mut folders: Vec<PathBuf> = own.map(|name| root.join("testdata").join(name)).into();
    folders.extend(corpus("border"));
    folders.iter().map(|own| Case::of(own)).collect()
}

/// Inputs of Kubernetes objects alone: of each folder of the corpus every `step`th.
pub fn of_objects(step: usize) -> Vec<Case> {
    let folders = ["cluster-reach", "calico-and-cilium", "policy-tiers"];
    let all = folders
        .iter()
        .flat_map(|own| corpus(own).into_iter().step_by(step));
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/demo");
    let mut own = Case::of(&demo).without_sources();
    own.documents.clear();
    let cases = all.map(|folder| Case::of(&folder));
    cases
        .chain([own])
        .filter(|own| !own.manifests.is_empty())
        .collect()
}

fn corpus(name: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/corpus")
        .join(name);
    let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    let mut out: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    out.retain(|path| path.is_dir());
    out.sort();
    if out.is_empty() {
        eprintln!("skipped: no {}", folder.display());
    }
    out
}
