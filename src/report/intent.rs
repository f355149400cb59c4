//! A first list of wanted crossings: what crosses now, grouped, with what is left to write for people.

use super::plain::{plain, steers};
use super::scan::many;
use crate::model::{Protocol, Traffic};
use crate::rules::traffic_words;
use std::collections::{BTreeMap, BTreeSet};

/// A flow that crosses borders between two ends that have names.
#[derive(Clone, Debug)]
pub struct WantedFlow {
    /// Who opens the connection, as entries name it.
    pub from: String,
    /// Number of workloads in the namespace of `from`, itself counted; 0 where it is no workload.
    pub from_siblings: usize,
    /// Whom it is opened to.
    pub to: String,
    /// Names of the borders on the way.
    pub borders: Vec<String>,
    /// Protocols and ports.
    pub traffic: Traffic,
    /// Whether it is certain.
    pub certain: bool,
}

/// From so many workloads on, a whole namespace is written as one pattern.
const MANY: usize = 4;

/// What stands above the first list.
const FIRST: &str = "\
# What crosses borders now, for people to prune: take away what nobody can name a reason for, and let `crosspeer fix` close it.
# For the rest write why it is wanted and who answers for it; `until: 2027-03-31` gives it a last day.
# An entry whose reason or owner begins with TODO counts as not reviewed, and lets nothing pass as intended.
";

/// What stands above further entries.
const FURTHER: &str = "\
# What crosses borders and no entry of `allow:` wants yet: prune it, and add the rest below the entries that are there.
";

/// The list as YAML. `bare` crossings lead to or from addresses that nobody is known to hold: they are counted and not written.
/// `is_first` says that the configuration has no list yet.
#[must_use]
pub fn intent_page(flows: Vec<WantedFlow>, bare: usize, is_first: bool) -> String {
    let mut out = if is_first { FIRST } else { FURTHER }.to_owned();
    if bare > 0 {
        let crossings = many(bare, "crossing");
        out.push_str(&format!(
            "# Not written: {crossings} with addresses that nobody is known to hold. A narrower policy closes them; where they are\n\
             # wanted, write the block as `to:` or `from:`.\n"
        ));
    }
    let entries = entries(flows);
    if entries.is_empty() {
        out.push_str("allow: []\n");
        return out;
    }
    out.push_str("allow:\n");
    let mut before: Option<&[String]> = None;
    for own in &entries {
        if before != Some(&own.borders) {
            out.push_str(&format!("  # over {}\n", plain(&own.borders.join(", "))));
            before = Some(&own.borders);
        }
        out.push_str(&own.written());
    }
    out
}

/// Flows that one entry stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    borders: Vec<String>,
    from: Vec<String>,
    to: Vec<String>,
    traffic: Traffic,
    certain: bool,
}

/// What flows of one entry share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Alike {
    borders: Vec<String>,
    traffic: Traffic,
    certain: bool,
}

/// Everybody who reaches the same ends alike stands in one entry, and so do ends that are reached alike: an entry never says more
/// than what crosses.
fn entries(flows: Vec<WantedFlow>) -> Vec<Entry> {
    let mut senders: BTreeMap<(Alike, String), BTreeSet<String>> = BTreeMap::new();
    let mut siblings: BTreeMap<String, usize> = BTreeMap::new();
    for own in flows {
        siblings.insert(own.from.clone(), own.from_siblings);
        let alike = Alike {
            borders: own.borders,
            traffic: own.traffic,
            certain: own.certain,
        };
        senders.entry((alike, own.to)).or_default().insert(own.from);
    }
    let mut receivers: BTreeMap<(Alike, BTreeSet<String>), Vec<String>> = BTreeMap::new();
    for ((alike, to), from) in senders {
        receivers.entry((alike, from)).or_default().push(to);
    }
    let entry = |((alike, from), to): ((Alike, BTreeSet<String>), Vec<String>)| Entry {
        borders: alike.borders,
        from: patterns(from, &siblings),
        to,
        traffic: alike.traffic,
        certain: alike.certain,
    };
    let mut out: Vec<Entry> = receivers.into_iter().map(entry).collect();
    out.sort_by(|a, b| {
        let key = |own: &Entry| (own.borders.clone(), !own.certain);
        key(a).cmp(&key(b)).then_with(|| a.cmp(b))
    });
    out
}

/// Names, with `namespace/*` in place of all the workloads of a namespace where they are many.
fn patterns(names: BTreeSet<String>, siblings: &BTreeMap<String, usize>) -> Vec<String> {
    let mut by_front: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    for name in &names {
        let is_workload = siblings.get(name).is_some_and(|count| *count > 0);
        let front = name.rsplit_once('/').filter(|_| is_workload);
        by_front
            .entry(front.map_or(name, |(front, _)| front))
            .or_default()
            .push(name);
    }
    let mut out = Vec::new();
    for (front, own) in by_front {
        let all = own.first().and_then(|name| siblings.get(*name).copied());
        if own.len() >= MANY && all == Some(own.len()) {
            out.push(format!("{front}/*"));
        } else {
            out.extend(own.into_iter().cloned());
        }
    }
    out
}

impl Entry {
    fn written(&self) -> String {
        let possible = if self.certain {
            ""
        } else {
            "    # only possible: something is not known\n"
        };
        format!(
            "  - from: {}\n{possible}    to: {}\n    ports: {}\n    reason: TODO why\n    owner: TODO who\n",
            list(&self.from),
            list(&self.to),
            list(&ports(&self.traffic))
        )
    }
}

/// One of them by itself, several as a list on one line.
fn list(texts: &[String]) -> String {
    match texts {
        [one] => quoted(one, ", "),
        several => {
            let several: Vec<String> = several.iter().map(|one| quoted(one, " ")).collect();
            format!("[{}]", several.join(", "))
        }
    }
}

/// A text as YAML, as it is where nothing in it means something else; `further` characters do not where it stands.
fn quoted(text: &str, further: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c) || further.contains(c);
    if text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(is_plain) {
        return text.to_owned();
    }
    // A JSON text is one in YAML. What steers a terminal or shows nothing is spelled out (YAML 1.2.2, 5.7 "Escaped Characters").
    let mut out = String::new();
    for c in serde_json::to_string(text).unwrap_or_default().chars() {
        match u32::from(c) {
            _ if !steers(c) => out.push(c),
            code @ 0..=0xffff => out.push_str(&format!("\\u{code:04x}")),
            code => out.push_str(&format!("\\U{code:08x}")),
        }
    }
    out
}

/// Traffic as entries write it: a part for each protocol. What they cannot say (single messages of ICMP, protocols by number) is said
/// as the whole protocol, or as `any`.
fn ports(traffic: &Traffic) -> Vec<String> {
    if traffic.is_all() {
        return vec!["any".to_owned()];
    }
    let mut out = Vec::new();
    for (protocol, detail) in traffic.parts() {
        let whole = Traffic::protocol(protocol);
        let own = Traffic::detail(protocol, &detail);
        if own == whole || protocol.is_icmp() {
            out.push(protocol.to_string().to_ascii_lowercase());
        } else {
            out.push(traffic_words(&own));
        }
    }
    let named = [
        Protocol::TCP,
        Protocol::UDP,
        Protocol::SCTP,
        Protocol::ICMP,
        Protocol::ICMPV6,
    ];
    let is_named = |(protocol, _): &(Protocol, _)| named.contains(protocol);
    if traffic.parts().iter().all(is_named) {
        out
    } else {
        vec!["any".to_owned()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(from: &str, siblings: usize, to: &str, ports: &[u16]) -> WantedFlow {
        let ports = ports
            .iter()
            .map(|port| Traffic::ports(Protocol::TCP, *port, *port));
        WantedFlow {
            from: from.to_owned(),
            from_siblings: siblings,
            to: to.to_owned(),
            borders: vec!["aws_vpc_peering_connection.a".to_owned()],
            traffic: ports.collect(),
            certain: true,
        }
    }

    fn check(flows: Vec<WantedFlow>, expected: &str) {
        let page = intent_page(flows, 0, true);
        assert_eq!(page.strip_prefix(FIRST).unwrap(), expected);
    }

    #[test]
    fn who_reaches_the_same_alike_stands_in_one_entry() {
        check(Vec::new(), "allow: []\n");
        let todo = "    reason: TODO why\n    owner: TODO who\n";
        check(
            vec![
                flow("shop/cart", 3, "aws_db_instance.orders", &[5432]),
                flow("shop/web", 3, "aws_db_instance.orders", &[5432]),
                flow("shop/cart", 3, "aws_db_instance.x[\"a\"]", &[5432]),
                flow("shop/web", 3, "aws_db_instance.x[\"a\"]", &[5432]),
                flow("shop/cart", 3, "aws_instance.y", &[22, 80]),
            ],
            &format!(
                "allow:\n  # over aws_vpc_peering_connection.a\n\
                 \x20 - from: shop/cart\n    to: aws_instance.y\n    ports: tcp 22, 80\n{todo}\
                 \x20 - from: [shop/cart, shop/web]\n    to: [aws_db_instance.orders, \"aws_db_instance.x[\\\"a\\\"]\"]\n    ports: tcp 5432\n{todo}"
            ),
        );
    }

    #[test]
    fn a_whole_namespace_of_many_is_a_pattern() {
        let all = ["a", "b", "c", "d"].map(|name| format!("shop/{name}"));
        let of = |siblings| {
            all.iter()
                .map(|name| flow(name, siblings, "aws_instance.y", &[80]))
                .collect()
        };
        let page = |siblings| intent_page(of(siblings), 2, false);
        assert!(page(4).contains("from: \"shop/*\"\n"), "{}", page(4));
        // A fifth does not cross.
        assert!(
            page(5).contains("from: [shop/a, shop/b, shop/c, shop/d]\n"),
            "{}",
            page(5)
        );
        assert!(
            page(4).contains("# Not written: 2 crossings with addresses"),
            "{}",
            page(4)
        );
    }

    #[test]
    fn what_is_written_is_read_again() {
        let odd = Traffic::protocol(Protocol::ICMP).union(&Traffic::ports(Protocol::UDP, 53, 60));
        for (traffic, expected) in [
            (Traffic::all(), "any"),
            (Traffic::protocol(Protocol::TCP), "tcp"),
            (odd, "icmp; udp 53-60"),
            (
                Traffic::all().difference(&Traffic::protocol(Protocol::TCP)),
                "any",
            ),
        ] {
            let mut own = ports(&traffic);
            own.sort();
            assert_eq!(own.join("; "), expected);
        }
    }
}
