//! The connectivity that findings are drawn from, as `reach` prints it.

use crate::model::{Gap, Traffic};
use std::sync::Arc;

/// What `reach` prints beside flows.
#[derive(Clone, Debug, Default)]
pub struct Connectivity {
    /// Ways across a border by way of others, ascending; empty where borders are not asked about.
    pub chains: Vec<ChainRow>,
    /// How resources were linked, ascending.
    pub links: Vec<LinkLine>,
    /// What is not known.
    pub gaps: Vec<Gap>,
}

/// One row of connectivity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FlowRow {
    /// Who opens the connection: a workload's id, a resource's address, or an inclusive range `a-b`.
    pub from: Arc<str>,
    /// Whom it is opened to, written likewise.
    pub to: Arc<str>,
    /// Whether it is certain; else possible.
    pub certain: bool,
    /// What passes.
    pub traffic: Arc<Traffic>,
    /// Names of the borders on the way.
    pub crosses: Arc<[String]>,
    /// What is not known and would decide.
    pub gaps: Arc<[String]>,
}

/// Rows of connectivity that differ in their ends alone. A workload that stands on both sides is not meant to send to itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GroupedRow {
    /// Who opens the connection, ascending; as in [`FlowRow`].
    pub from: Vec<Arc<str>>,
    /// Whom it is opened to, ascending.
    pub to: Vec<Arc<str>>,
    /// Whether it is certain; else possible.
    pub certain: bool,
    /// What passes.
    pub traffic: Arc<Traffic>,
    /// Names of the borders on the way.
    pub crosses: Arc<[String]>,
    /// What is not known and would decide.
    pub gaps: Arc<[String]>,
}

impl FlowRow {
    /// Brings rows into order and makes one of those of one pair, certainty and borders: several sorts of pods of one owner have
    /// one name. What is certain for one of them is not listed as possible for another.
    pub fn join(rows: &mut Vec<FlowRow>) {
        rows.sort_by(|a, b| {
            let key = |row: &FlowRow| !row.certain;
            (&a.from, &a.to, &a.crosses, key(a), a).cmp(&(&b.from, &b.to, &b.crosses, key(b), b))
        });
        rows.dedup_by(|next, own| {
            let same = own.is_of_pair(next) && own.certain == next.certain;
            if same {
                own.take(next);
            }
            same
        });
        for at in 1..rows.len() {
            let (before, from) = rows.split_at_mut(at);
            if let (Some(sure), Some(row)) = (before.last(), from.first_mut())
                && sure.certain
                && sure.is_of_pair(row)
            {
                row.traffic = Arc::new(row.traffic.difference(&sure.traffic));
            }
        }
        rows.retain(|row| !row.traffic.is_empty());
        rows.sort();
    }

    fn is_of_pair(&self, other: &FlowRow) -> bool {
        (&self.from, &self.to, &self.crosses) == (&other.from, &other.to, &other.crosses)
    }

    fn take(&mut self, other: &FlowRow) {
        self.traffic = Arc::new(self.traffic.union(&other.traffic));
        let more = other.gaps.iter().filter(|gap| !self.gaps.contains(gap));
        self.gaps = self.gaps.iter().chain(more).cloned().collect();
    }
}

/// A far side beyond a border that a workload comes to by way of others only.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChainRow {
    /// The workloads' ids, ascending: one, or those that are alike.
    pub from: Vec<Arc<str>>,
    /// The far sides: resources' addresses, or inclusive ranges `a-b`; ascending, and as many as are alike.
    pub to: Vec<Arc<str>>,
    /// Whether every step is certain; else possible.
    pub certain: bool,
    /// Who stands in between, in order: ids of workloads, addresses of resources; never empty.
    pub through: Vec<String>,
    /// What passes on the last step.
    pub traffic: Traffic,
    /// Names of the borders of the last step.
    pub crosses: Vec<String>,
}

/// How one attribute of a resource was linked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinkLine {
    /// Address of the resource.
    pub address: String,
    /// Path of the attribute, without indexes.
    pub attribute: String,
    /// Addresses that it points at.
    pub to: Vec<String>,
    /// `value`, `reference`, `source`, `assumed` or `gap`.
    pub by: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Protocol;

    fn row(from: &str, certain: bool, ports: (u16, u16), gap: &str) -> FlowRow {
        FlowRow {
            from: from.into(),
            to: "b".into(),
            certain,
            traffic: Traffic::ports(Protocol::TCP, ports.0, ports.1).into(),
            crosses: Arc::default(),
            gaps: [gap.to_owned()].into(),
        }
    }

    #[test]
    fn sorts_of_pods_of_one_owner_are_one_row() {
        let mut rows = vec![
            row("c", true, (1, 9), ""),
            row("a", false, (1, 80), "x"),
            row("a", true, (50, 60), ""),
            row("a", true, (61, 80), ""),
            row("a", false, (70, 99), "y"),
        ];
        FlowRow::join(&mut rows);
        let shown = |row: &FlowRow| {
            format!(
                "{} {} {} {:?}",
                row.from, row.certain, row.traffic, row.gaps
            )
        };
        let shown: Vec<String> = rows.iter().map(shown).collect();
        assert_eq!(
            shown,
            [
                r#"a false tcp 1-49, 81-99 ["x", "y"]"#,
                r#"a true tcp 50-80 [""]"#,
                r#"c true tcp 1-9 [""]"#,
            ]
        );
    }
}
