//! An index of pods by their labels: a selector is compared only with pods that it may hold for.

use crate::model::{Labels, LabelsOf, Selected, Selector};
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// Positions by key and value of a label.
type WithLabel<'w> = FxHashMap<&'w str, FxHashMap<&'w str, Vec<usize>>>;

/// Some pods, by position.
pub(super) struct SelectorIndex<'w> {
    pods: Vec<Selected<'w>>,
    in_namespace: FxHashMap<&'w str, Vec<usize>>,
    /// By the labels of the pods, of their namespaces and of their service accounts.
    with_label: [WithLabel<'w>; 3],
}

impl<'w> SelectorIndex<'w> {
    pub(super) fn new(pods: Vec<Selected<'w>>) -> Self {
        let mut out = SelectorIndex {
            pods: Vec::new(),
            in_namespace: FxHashMap::default(),
            with_label: Default::default(),
        };
        for (at, pod) in pods.iter().enumerate() {
            out.in_namespace.entry(pod.namespace).or_default().push(at);
            let labels = [pod.pod, pod.namespace_labels, pod.service_account_labels];
            for (with_label, own) in out.with_label.iter_mut().zip(labels) {
                enter(with_label, at, own);
            }
        }
        out.pods = pods;
        out
    }

    /// How many pods there are.
    pub(super) fn len(&self) -> usize {
        self.pods.len()
    }

    /// Whether a selector holds for the pod of that position.
    pub(super) fn holds(&self, at: usize, selector: &Selector) -> bool {
        self.pods.get(at).is_some_and(|pod| selector.holds(*pod))
    }

    /// The positions of the pods that a selector holds for, ascending.
    pub(super) fn chosen<'i>(&'i self, selector: &'i Selector) -> impl Iterator<Item = usize> + 'i {
        let near = self.near(selector);
        let length = near.as_ref().map_or(self.len(), |near| near.len());
        let positions = (0..length).filter_map(move |at| match &near {
            Some(near) => near.get(at).copied(),
            None => Some(at),
        });
        positions.filter(|at| self.holds(*at, selector))
    }

    /// Positions among which are all that a selector holds for, ascending; none where that may be any.
    pub(super) fn near(&self, selector: &Selector) -> Option<Cow<'_, [usize]>> {
        match selector {
            Selector::Nothing => Some(Cow::Borrowed(&[])),
            Selector::InNamespace(name) => Some(listed(self.in_namespace.get(name.as_str()))),
            Selector::In(of, key, values) => {
                let [pod, namespace, account] = &self.with_label;
                let with_label = match of {
                    LabelsOf::Pod => pod,
                    LabelsOf::Namespace => namespace,
                    LabelsOf::ServiceAccount => account,
                };
                let known = with_label.get(key.as_str());
                let lists = values.iter().map(|value| known?.get(value.as_str()));
                Some(joined(lists.map(listed)))
            }
            Selector::All(parts) => {
                let near = parts.iter().filter_map(|part| self.near(part));
                near.min_by_key(|near| near.len())
            }
            Selector::Any(parts) => {
                let near: Option<Vec<_>> = parts.iter().map(|part| self.near(part)).collect();
                Some(joined(near?.into_iter()))
            }
            Selector::Everything
            | Selector::HasServiceAccount(_)
            | Selector::Exists(..)
            | Selector::Contains(..)
            | Selector::StartsWith(..)
            | Selector::EndsWith(..)
            | Selector::Not(_) => None,
        }
    }
}

fn enter<'w>(with_label: &mut WithLabel<'w>, at: usize, labels: &'w Labels) {
    for (key, value) in labels {
        let values = with_label.entry(key).or_default();
        values.entry(value).or_default().push(at);
    }
}

fn listed(list: Option<&Vec<usize>>) -> Cow<'_, [usize]> {
    Cow::Borrowed(list.map(Vec::as_slice).unwrap_or_default())
}

/// Several lists as one, ascending.
fn joined<'i>(mut lists: impl Iterator<Item = Cow<'i, [usize]>>) -> Cow<'i, [usize]> {
    let Some(first) = lists.next() else {
        return Cow::Borrowed(&[]);
    };
    let Some(second) = lists.next() else {
        return first;
    };
    let mut all = [first.into_owned(), second.into_owned()].concat();
    lists.for_each(|list| all.extend_from_slice(&list));
    all.sort_unstable();
    all.dedup();
    Cow::Owned(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever the index leaves out, a selector does not hold for.
    #[test]
    fn an_index_chooses_what_a_selector_holds_for() {
        let labels = |pairs: &[(&str, &str)]| -> Labels {
            let pairs = pairs.iter();
            pairs
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect()
        };
        let none = Labels::new();
        let (web, api) = (
            labels(&[("app", "web"), ("tier", "front")]),
            labels(&[("app", "api")]),
        );
        let team = labels(&[("team", "a")]);
        let pod = |pod, namespace, namespace_labels| Selected {
            pod,
            namespace,
            namespace_labels,
            service_account: "default",
            service_account_labels: &none,
        };
        let index = SelectorIndex::new(vec![
            pod(&web, "shop", &team),
            pod(&api, "shop", &team),
            pod(&web, "lab", &none),
            pod(&none, "lab", &none),
        ]);
        let own = |of, key: &str, values: &[&str]| {
            let values = values.iter().map(|value| (*value).to_owned());
            Selector::In(of, key.to_owned(), values.collect())
        };
        let app = |values: &[&str]| own(LabelsOf::Pod, "app", values);
        let shop = || Selector::InNamespace("shop".to_owned());
        let not = |inner| Selector::Not(Box::new(inner));
        for (selector, expected) in [
            (Selector::Everything, vec![0, 1, 2, 3]),
            (Selector::Nothing, vec![]),
            (shop(), vec![0, 1]),
            (app(&["web"]), vec![0, 2]),
            (app(&["api", "web"]), vec![0, 1, 2]),
            (app(&["none"]), vec![]),
            (app(&[]), vec![]),
            (own(LabelsOf::Namespace, "team", &["a"]), vec![0, 1]),
            (not(app(&["web"])), vec![1, 3]),
            (Selector::All(vec![shop(), app(&["web"])]), vec![0]),
            (Selector::All(vec![shop(), not(app(&["web"]))]), vec![1]),
            (Selector::All(vec![]), vec![0, 1, 2, 3]),
            (Selector::Any(vec![app(&["api"]), shop()]), vec![0, 1]),
            (
                Selector::Any(vec![app(&["api"]), not(shop())]),
                vec![1, 2, 3],
            ),
            (Selector::Any(vec![]), vec![]),
        ] {
            let chosen: Vec<usize> = index.chosen(&selector).collect();
            assert_eq!(chosen, expected, "{selector:?}");
        }
    }
}
