//! Fargate profiles: which pods run without nodes, and where.
//! Source: EKS user guide, "Define which Pods use AWS Fargate when launched".

use super::node_group;
use super::pool::NodeSubnet;
use super::tie::Clusters;
use crate::ingest::aws::{Attribute, Lowering};
use crate::ingest::terraform::{Resource, Value};
use crate::model::{Doubt, Id, Labels, Origin};

const KIND: &str = "aws_eks_fargate_profile";

/// A Fargate profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its Terraform address.
    pub address: String,
    /// Its own name, where known: of several that match, the alphanumerically first one is taken.
    pub name: Option<String>,
    /// What it is for.
    pub selectors: Vec<ProfileSelector>,
    /// Where pods stand.
    pub places: Vec<NodeSubnet>,
    /// Why it is not certain.
    pub doubt: Doubt,
    /// Where it is declared.
    pub origin: Origin,
}

/// One selector of a [`Profile`]: namespace and labels both have to match. `*` stands for any text, `?` for one character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileSelector {
    /// Namespace; none where it is not known.
    pub namespace: Option<String>,
    /// Labels; none where they are not known.
    pub labels: Option<Labels>,
}

/// The Fargate profiles of a cluster, ordered by name; those with unknown names last.
pub fn read(lowering: &mut Lowering, clusters: &Clusters, cluster: Id<Resource>) -> Vec<Profile> {
    let graph = lowering.graph;
    let mut out = Vec::new();
    for (_, resource) in graph.of(KIND) {
        let named = clusters.named(lowering, Attribute::of(resource, "cluster_name"));
        if let Some((_, doubt)) = named.into_iter().find(|(id, _)| *id == cluster) {
            let places = node_group::places(lowering, Attribute::of(resource, "subnet_ids"));
            out.push(profile(resource, places, doubt));
        }
    }
    out.sort_by(|a, b| {
        (a.name.is_none(), &a.name, &a.address).cmp(&(b.name.is_none(), &b.name, &b.address))
    });
    out
}

fn profile(resource: &Resource, places: Vec<NodeSubnet>, doubt: Doubt) -> Profile {
    Profile {
        address: resource.address.clone(),
        name: resource
            .values
            .get("fargate_profile_name")
            .text()
            .map(str::to_owned),
        selectors: resource
            .values
            .get("selector")
            .items()
            .iter()
            .map(selector)
            .collect(),
        places,
        doubt,
        origin: resource.origin.clone(),
    }
}

fn selector(value: &Value) -> ProfileSelector {
    let labels = match value.get("labels") {
        Value::Map(map) => map
            .iter()
            .map(|(key, value)| Some((key.to_string(), value.text()?.to_owned())))
            .collect(),
        unknown if unknown.is_unknown() => None,
        _ => Some(Labels::new()),
    };
    ProfileSelector {
        namespace: value.get("namespace").text().map(str::to_owned),
        labels,
    }
}

impl Profile {
    /// Whether the profile takes a pod; none where what is unknown decides.
    #[must_use]
    pub fn takes(&self, namespace: &str, labels: &Labels) -> Option<bool> {
        let mut open = self.selectors.is_empty() && !self.doubt.is_certain();
        for selector in &self.selectors {
            match selector.takes(namespace, labels) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => open = true,
            }
        }
        if open { None } else { Some(false) }
    }
}

impl ProfileSelector {
    fn takes(&self, namespace: &str, labels: &Labels) -> Option<bool> {
        let here = self
            .namespace
            .as_ref()
            .map(|pattern| wildcard(pattern, namespace));
        let wears = |(key, value): (&String, &String)| {
            labels
                .iter()
                .any(|(own, text)| wildcard(key, own) && wildcard(value, text))
        };
        let labelled = self.labels.as_ref().map(|wanted| wanted.iter().all(wears));
        match (here, labelled) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }
    }
}

/// Whether a text matches a pattern in which `*` stands for any text and `?` for one character.
#[must_use]
pub fn wildcard(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let mut reached = vec![false; pattern.len() + 1];
    for (at, slot) in reached.iter_mut().enumerate() {
        *slot = pattern.iter().take(at).all(|c| *c == '*');
    }
    for c in text.chars() {
        let mut next = vec![false; pattern.len() + 1];
        for (at, own) in pattern.iter().enumerate() {
            let before = reached.get(at).copied().unwrap_or_default();
            let stay = reached.get(at + 1).copied().unwrap_or_default();
            let skip = next.get(at).copied().unwrap_or_default();
            let hit = match own {
                '*' => before || stay || skip,
                '?' => before,
                own => before && *own == c,
            };
            if let Some(slot) = next.get_mut(at + 1) {
                *slot = hit;
            }
        }
        reached = next;
    }
    reached.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards() {
        for (pattern, text, holds) in [
            ("shop", "shop", true),
            ("shop", "shops", false),
            ("shop-*", "shop-", true),
            ("shop-*", "shop", false),
            ("*", "", true),
            ("*", "any", true),
            ("?", "", false),
            ("s??p", "shop", true),
            ("s?p", "shop", false),
            ("*-prod", "shop-eu-prod", true),
            ("*-prod", "shop-prod-2", false),
            ("a*b*c", "aXbYbZc", true),
            ("", "", true),
        ] {
            assert_eq!(wildcard(pattern, text), holds, "{pattern} {text}");
        }
    }

    #[test]
    fn a_selector_with_an_unknown_namespace_leaves_it_open_unless_labels_say_no() {
        let labels = |pairs: &[(&str, &str)]| {
            pairs
                .iter()
                .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
                .collect::<Labels>()
        };
        let selector = ProfileSelector {
            namespace: None,
            labels: Some(labels(&[("tier", "batch*")])),
        };
        assert_eq!(
            selector.takes("shop", &labels(&[("tier", "batch-a")])),
            None
        );
        assert_eq!(
            selector.takes("shop", &labels(&[("tier", "web")])),
            Some(false)
        );
        let selector = ProfileSelector {
            namespace: Some("shop".into()),
            labels: Some(Labels::new()),
        };
        assert_eq!(selector.takes("shop", &Labels::new()), Some(true));
    }
}
