//! Which folders look like those of which cluster, for whoever has to write the ties.

use std::collections::BTreeSet;
use std::sync::Arc;

/// Words of addresses and names that tell no cluster from another.
const COMMON: [&str; 12] = [
    "aks",
    "aws",
    "azurerm",
    "cluster",
    "container",
    "eks",
    "gke",
    "google",
    "k8s",
    "kubernetes",
    "module",
    "this",
];

/// What stands where no folder looks right.
const FOLDER: &str = "FOLDER";

/// A cluster with the folders and files that look like its own; none where none does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Terraform address.
    pub cluster: String,
    /// Paths, ascending.
    pub paths: Vec<String>,
}

/// A proposal for each cluster, of which the address and the own name are given, by the words that they share with a part of a path.
pub fn proposals(clusters: &[(String, Option<String>)], files: &[Arc<str>]) -> Vec<Proposal> {
    let own: Vec<BTreeSet<String>> = clusters
        .iter()
        .map(|(address, title)| words(&format!("{address} {}", title.as_deref().unwrap_or(""))))
        .collect();
    let mut paths: Vec<BTreeSet<String>> = vec![BTreeSet::new(); clusters.len()];
    let mut left: Vec<&str> = Vec::new();
    for file in files {
        match first_match(file, &own) {
            Some((at, path)) => paths.iter_mut().skip(at).take(1).for_each(|own| {
                own.insert(path.clone());
            }),
            None => left.push(file),
        }
    }
    // What is left in one folder is of the only cluster that has nothing yet.
    let without: Vec<usize> = (0..paths.len())
        .filter(|at| paths.get(*at).is_some_and(BTreeSet::is_empty))
        .collect();
    if let ([only], Some(folder)) = (without.as_slice(), common_folder(&left)) {
        let taken = |path: &String| path.starts_with(&format!("{folder}/"));
        if !paths.iter().flatten().any(taken) {
            paths.iter_mut().skip(*only).take(1).for_each(|own| {
                own.insert(folder.clone());
            });
        }
    }
    let named = clusters.iter().zip(paths);
    named
        .map(|((address, _), paths)| Proposal {
            cluster: address.clone(),
            paths: paths.into_iter().collect(),
        })
        .collect()
}

fn words(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .map(str::to_lowercase)
        .filter(|word| !word.is_empty() && !COMMON.contains(&word.as_str()))
        .collect()
}

/// The shortest front of a path whose last part shares words with one cluster, and fewer with every other.
fn first_match(file: &str, own: &[BTreeSet<String>]) -> Option<(usize, String)> {
    let mut end = 0;
    for part in file.split('/') {
        end += part.len();
        let said = words(part);
        let mut shared: Vec<(usize, usize)> = own
            .iter()
            .enumerate()
            .map(|(at, own)| (said.intersection(own).count(), at))
            .collect();
        shared.sort_unstable_by(|a, b| b.cmp(a));
        if let [(most, at), rest @ ..] = shared.as_slice()
            && *most > 0
            && rest.iter().all(|(count, _)| count < most)
        {
            return Some((*at, file.get(..end)?.to_owned()));
        }
        end += 1;
    }
    None
}

/// The deepest folder that holds all of the files; none where that is no folder of its own.
fn common_folder(files: &[&str]) -> Option<String> {
    let parts = |file: &&str| -> Vec<String> {
        let mut parts: Vec<String> = file.split('/').map(str::to_owned).collect();
        parts.pop();
        parts
    };
    let mut common = parts(files.first()?);
    for file in files {
        let own = parts(file);
        let same = common.iter().zip(&own).take_while(|(a, b)| a == b).count();
        common.truncate(same);
    }
    (!common.is_empty()).then(|| common.join("/"))
}

/// Lines that tie what is proposed, ready to paste: the options, and the same for the configuration.
pub fn lines(proposals: &[Proposal]) -> Vec<String> {
    let mut options = Vec::new();
    let mut rows = Vec::new();
    for Proposal { cluster, paths } in proposals {
        let paths: Vec<&str> = match paths.as_slice() {
            [] => vec![FOLDER],
            paths => paths.iter().map(String::as_str).collect(),
        };
        options.extend(paths.iter().map(|path| {
            let tie = format!("{cluster}={path}").replace('\'', "'\\''");
            format!("--cluster '{tie}'")
        }));
        let list: Vec<String> = paths.iter().map(|path| quoted(path)).collect();
        rows.push(format!("    - address: {}", quoted(cluster)));
        rows.push(format!("      manifests: [{}]", list.join(", ")));
    }
    let options = format!("  {}", options.join(" "));
    let heads = [
        options,
        "or in crosspeer.yaml:".to_owned(),
        "  clusters:".to_owned(),
    ];
    heads.into_iter().chain(rows).collect()
}

/// A string of YAML.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposed(clusters: &[(&str, &str)], files: &[&str]) -> Vec<Vec<String>> {
        let clusters: Vec<_> = clusters
            .iter()
            .map(|(address, title)| ((*address).to_owned(), Some((*title).to_owned())))
            .collect();
        let files: Vec<Arc<str>> = files.iter().map(|file| Arc::from(*file)).collect();
        let all = proposals(&clusters, &files);
        all.into_iter().map(|one| one.paths).collect()
    }

    #[test]
    fn folders_are_told_by_keys_names_and_modules() {
        let none: [&str; 0] = [];
        let two = [
            ("aws_eks_cluster.this[\"gateway\"]", "eks-gateway"),
            ("aws_eks_cluster.this[\"backend\"]", "eks-backend"),
        ];
        let files = [
            "k8s/gateway/a.yaml",
            "k8s/backend/b.yaml",
            "k8s/backend/x/gateway.yaml",
        ];
        assert_eq!(proposed(&two, &files), [["k8s/gateway"], ["k8s/backend"]]);
        // By the name of the file where all stand in one folder, and by the module.
        let modules = [
            ("module.blue.aws_eks_cluster.this[0]", "a"),
            ("module.green.aws_eks_cluster.this[0]", "b"),
        ];
        assert_eq!(
            proposed(&modules, &["k8s/blue.yaml", "k8s/green.yaml"]),
            [["k8s/blue.yaml"], ["k8s/green.yaml"]]
        );
        // The own name tells where the address does not; what is left in one folder is of the other.
        let named = [
            ("aws_eks_cluster.one", "payments"),
            ("aws_eks_cluster.two", "x1"),
        ];
        assert_eq!(
            proposed(&named, &["apps/payments/a.yaml", "apps/shop/b.yaml"]),
            [["apps/payments"], ["apps/shop"]]
        );
        // Words that both have tell nothing.
        let alike = [
            ("aws_eks_cluster.prod_a", "p"),
            ("aws_eks_cluster.prod_b", "q"),
        ];
        assert_eq!(proposed(&alike, &["prod/x.yaml"]), [none, none]);
    }

    #[test]
    fn lines_are_ready_to_paste() {
        let proposal = |cluster: &str, paths: &[&str]| Proposal {
            cluster: cluster.to_owned(),
            paths: paths.iter().map(|path| (*path).to_owned()).collect(),
        };
        let all = [proposal("a[\"k\"]", &["it's", "m"]), proposal("b", &[])];
        let expected = [
            "  --cluster 'a[\"k\"]=it'\\''s' --cluster 'a[\"k\"]=m' --cluster 'b=FOLDER'",
            "or in crosspeer.yaml:",
            "  clusters:",
            "    - address: 'a[\"k\"]'",
            "      manifests: ['it''s', 'm']",
            "    - address: 'b'",
            "      manifests: ['FOLDER']",
        ];
        assert_eq!(lines(&all), expected);
    }
}
