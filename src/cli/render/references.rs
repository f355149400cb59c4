//! What a kustomization names. Source: kustomize documentation, "The Kustomization File"; `types.Kustomization` of its sources.

use crate::ingest::yaml::Node;

/// Something that a kustomization names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reference {
    /// A file, or a directory that is a kustomization itself.
    FileOrBase(String),
    /// The same, whose file may name further files.
    Plugin(String),
    /// A file.
    File(String),
}

impl Reference {
    /// The path or address as it is written.
    pub fn name(&self) -> &str {
        match self {
            Reference::FileOrBase(name) | Reference::Plugin(name) | Reference::File(name) => name,
        }
    }
}

/// Fields that list files or directories.
const BASES: &[&str] = &["resources", "bases", "components"];

/// Fields that list configurations of plugins: files, directories or the configuration itself.
const PLUGINS: &[&str] = &["generators", "transformers", "validators"];

/// Fields that list files, or what would stand in them.
const FILES: &[&str] = &["crds", "configurations", "patchesStrategicMerge"];

/// Fields that list objects with a `path`.
const BY_PATH: &[&str] = &["patches", "patchesJson6902", "replacements"];

/// Fields that list objects with files of values.
const GENERATORS: &[&str] = &["configMapGenerator", "secretGenerator"];

/// All that a kustomization names, in the order of its fields.
pub(super) fn references(kustomization: &Node) -> Vec<Reference> {
    let mut out = Vec::new();
    let mut listed = |fields: &[&str], make: fn(String) -> Reference| {
        let items = fields
            .iter()
            .flat_map(|field| kustomization.child(field).items());
        out.extend(items.filter_map(|item| named(&item)).map(make));
    };
    listed(BASES, Reference::FileOrBase);
    listed(PLUGINS, Reference::Plugin);
    listed(FILES, Reference::File);
    let objects = BY_PATH
        .iter()
        .flat_map(|field| kustomization.child(field).items());
    let paths = objects.chain([kustomization.child("openapi")]);
    out.extend(
        paths
            .filter_map(|object| named(&object.child("path")))
            .map(Reference::File),
    );
    let generators = GENERATORS
        .iter()
        .flat_map(|field| kustomization.child(field).items());
    out.extend(generators.flat_map(|one| in_plugin(&one)));
    out
}

/// The files that the configuration of a plugin names, at any depth: values of keys that are those of paths.
pub(super) fn in_plugin(node: &Node) -> Vec<Reference> {
    let mut out = Vec::new();
    for (key, value) in node.entries() {
        match key.as_str() {
            "path" | "env" | "valuesFile" | "openapi" => {
                out.extend(named(&value).map(Reference::File));
            }
            "paths" | "files" | "envs" | "additionalValuesFiles" | "resources" => {
                let items = value.items();
                let names = items.iter().filter_map(named);
                out.extend(names.map(|name| Reference::File(after_key(&name))));
            }
            _ => {}
        }
        out.extend(in_plugin(&value));
    }
    out.extend(node.items().iter().flat_map(in_plugin));
    out
}

/// The text of a node that is one, and not the content itself: that has more than one line, or is YAML in one.
fn named(node: &Node) -> Option<String> {
    let text = node.text()?.trim();
    let is_content = text.contains('\n') || text.starts_with(['{', '[']);
    (!text.is_empty() && !is_content).then(|| text.to_owned())
}

/// The path in `key=path`.
fn after_key(text: &str) -> String {
    text.split_once('=')
        .map_or(text, |(_, path)| path)
        .to_owned()
}

/// Whether a name is that of something which kustomize would fetch: an address, or a repository of git.
pub(super) fn is_remote(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.contains("://")
        || [
            "git@",
            "git::",
            "github.com/",
            "github.com:",
            "gh:",
            "file:",
        ]
        .iter()
        .any(|front| lower.starts_with(front))
        || lower.contains("?ref=")
        || lower.contains("?version=")
        || lower.contains(".git//")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::yaml;

    fn read(text: &str) -> Node {
        let mut all = yaml::read(&"k".into(), text);
        all.remove(0).content.unwrap()
    }

    #[test]
    fn every_field_that_names_a_file_is_looked_at() {
        let text = "\
resources: [r]
bases: [b]
components: [c]
generators: [g, \"{kind: X}\"]
transformers: [t, \"kind: X\\nname: y\"]
validators: [v]
crds: [d]
configurations: [f]
patchesStrategicMerge: [s, \"kind: X\\nname: y\"]
patches: [{path: p}, {patch: x}]
patchesJson6902: [{path: j}]
replacements: [{path: l}]
openapi: {path: o}
configMapGenerator: [{files: [k, key=m], envs: [e], env: q}]
secretGenerator: [{files: [u]}]
";
        let mut names: Vec<String> = references(&read(text))
            .iter()
            .map(|one| one.name().to_owned())
            .collect();
        names.sort();
        assert_eq!(names.concat(), "bcdefgjklmopqrstuv");
    }

    #[test]
    fn what_would_be_fetched_is_remote() {
        for name in [
            "https://example.com/x.yaml",
            "http://127.0.0.1:8080/x",
            "ssh://git@host/a/b",
            "git@github.com:a/b",
            "github.com/a/b?ref=v1",
            "GitHub.com/a/b",
            "git::https://a/b",
            "host/a/b.git//c",
            "file:///etc/passwd",
            "oci://r/x",
        ] {
            assert!(is_remote(name), "{name}");
        }
        for name in ["../base", "deploy.yaml", "a.git/x", "x@y", "C/D"] {
            assert!(!is_remote(name), "{name}");
        }
    }
}
