//! Rules of a NetworkPolicy that let less pass than before.

use super::AmendError;
use crate::ingest::yaml::{self, Node, Written, emit};
use crate::model::{AddressSet, Direction, IpNet, Narrowing, Traffic, World};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// A rule that changes, and what becomes of it.
struct Rule {
    /// The list that holds it.
    list: Node,
    number: usize,
    node: Node,
    /// What stands in its place; nothing where nothing of it is left.
    rules: Vec<Value>,
}

/// The text of a file after its rules have changed.
pub(super) fn narrow(
    path: &Arc<str>,
    text: &str,
    narrowings: &[&Narrowing],
    world: &World,
) -> Result<String, AmendError> {
    let mut rules: BTreeMap<(u32, u32), Rule> = BTreeMap::new();
    let roots = objects(path, text);
    for narrowing in narrowings {
        let at = &narrowing.rule;
        let unwieldy = || AmendError::Unwieldy(path.clone(), at.line);
        let policy = &world.policies[narrowing.policy];
        if policy.kind != "NetworkPolicy" {
            return Err(AmendError::NothingDenies(policy.name.clone()));
        }
        let (list, number, peer) = find(&roots, narrowing).ok_or_else(unwieldy)?;
        let node = list.items().into_iter().nth(number).ok_or_else(unwieldy)?;
        let place = node.place();
        let rule = rules
            .entry((place.line, place.column))
            .or_insert_with(|| Rule {
                rules: vec![node.json()],
                list,
                number,
                node,
            });
        let matches_pods = world.clusters[policy.cluster].blocks_match_pods;
        rule.cut(narrowing, peer, matches_pods)?;
    }
    let mut edits = Vec::new();
    for rule in rules.values() {
        let others = rules
            .values()
            .filter(|one| one.list.place() == rule.list.place());
        let all_go = others.clone().all(|one| one.left().is_empty())
            && others.count() == rule.list.items().len();
        edits.push(
            rule.edit(text, all_go)
                .ok_or_else(|| AmendError::Unwieldy(path.clone(), rule.node.place().line))?,
        );
    }
    Ok(apply(text, edits))
}

/// The objects of a file, those of lists among them.
fn objects(path: &Arc<str>, text: &str) -> Vec<Node> {
    let documents = yaml::read(path, text).into_iter();
    let roots = documents.filter_map(|document| document.content.ok());
    roots
        .flat_map(|root| root.get("items").items().into_iter().chain([root]))
        .collect()
}

/// The list, the number of the rule in it, and that of the peer in the rule, where it is about a peer.
fn find(roots: &[Node], narrowing: &Narrowing) -> Option<(Node, usize, Option<usize>)> {
    let (side, peers) = keys(narrowing.direction);
    for root in roots {
        let list = root.get("spec").child(side);
        for (number, rule) in list.items().iter().enumerate() {
            let list_of_peers = rule.child(peers).items();
            let peer = list_of_peers
                .iter()
                .position(|peer| peer.place() == narrowing.rule);
            if peer.is_some() || list_of_peers.is_empty() && rule.place() == narrowing.rule {
                return Some((list, number, peer));
            }
        }
    }
    None
}

fn keys(direction: Direction) -> (&'static str, &'static str) {
    match direction {
        Direction::Egress => ("egress", "to"),
        Direction::Ingress => ("ingress", "from"),
    }
}

impl Rule {
    /// Takes addresses out of the rule, or out of one of its peers by its number in the rule as it is written.
    fn cut(
        &mut self,
        narrowing: &Narrowing,
        peer: Option<usize>,
        matches_pods: bool,
    ) -> Result<(), AmendError> {
        let (_, key) = keys(narrowing.direction);
        for (addresses, traffic) in narrowing.kept.parts() {
            let rule = named(key, addresses, ports(traffic)?);
            if !self.rules.contains(&rule) {
                self.rules.push(rule);
            }
        }
        let Some(Value::Object(rule)) = self.rules.first_mut() else {
            return Ok(());
        };
        match peer {
            None => {
                let mut wider = json!({key: everyone_but(&narrowing.addresses, matches_pods)});
                if let (Some(map), Some(ports)) = (wider.as_object_mut(), rule.get("ports")) {
                    map.insert("ports".to_owned(), ports.clone());
                }
                if let Value::Object(wider) = wider {
                    *rule = wider;
                }
            }
            Some(number) => {
                let own = rule.get_mut(key).and_then(|peers| peers.get_mut(number));
                if let Some(peer) = own {
                    *peer = without(peer, &narrowing.addresses);
                }
            }
        }
        Ok(())
    }

    /// What stands in place of the rule: a peer of which nothing is left is gone, and with the last peer the rule, since a rule without
    /// peers allows everyone.
    fn left(&self) -> Vec<Value> {
        let mut out = self.rules.clone();
        if let Some(Value::Object(first)) = out.first_mut() {
            let mut gone = false;
            for key in ["to", "from"] {
                if let Some(Value::Array(peers)) = first.get_mut(key) {
                    let before = peers.len();
                    peers.retain(|peer| !peer.is_null());
                    gone |= before > 0 && peers.is_empty();
                }
            }
            if gone {
                out.remove(0);
            }
        }
        out
    }

    fn edit(&self, text: &str, all_go: bool) -> Option<(Range<usize>, String)> {
        let left = self.left();
        let place = self.node.place();
        let own = yaml::written(text, place.line, place.column)?;
        if left.is_empty() {
            return self.removal(text, &own, all_go);
        }
        let said = if own.in_flow {
            left.iter().map(emit::flow).collect::<Vec<_>>().join(", ")
        } else {
            let indent = usize::try_from(place.column).ok()?.checked_sub(1)?;
            let dash = dash(text, own.bytes.start)?;
            let each: Vec<String> = left.iter().map(|rule| emit::block(rule, indent)).collect();
            let margin = format!("\n{}-{}", " ".repeat(dash), " ".repeat(indent - dash - 1));
            each.join(&margin)
        };
        Some((own.bytes, said))
    }

    fn removal(&self, text: &str, own: &Written, all_go: bool) -> Option<(Range<usize>, String)> {
        if all_go {
            let (key, list) = (self.list.key_place(), self.list.place());
            let key = yaml::written(text, key.line, key.column)?;
            let list = yaml::written(text, list.line, list.column)?;
            // One rule of several speaks for all of them.
            return if self.number == 0 {
                let name = text.get(key.bytes.clone())?;
                Some((key.bytes.start..list.bytes.end, format!("{name}: []")))
            } else {
                Some((list.bytes.end..list.bytes.end, String::new()))
            };
        }
        if own.in_flow {
            let rest = text.get(own.bytes.end..)?;
            let blank = rest.len() - rest.trim_start().len();
            let end = if rest.trim_start().starts_with(',') {
                own.bytes.end + blank + 1
            } else {
                own.bytes.end
            };
            return Some((own.bytes.start..end, String::new()));
        }
        let line = text
            .get(..own.bytes.start)?
            .rfind('\n')
            .map_or(0, |at| at + 1);
        let after = text.get(own.bytes.end..)?;
        let end = own.bytes.end + after.find('\n').map_or(after.len(), |at| at + 1);
        Some((line..end, String::new()))
    }
}

/// Where the dash of a list's item stands on its line, from 0.
fn dash(text: &str, item: usize) -> Option<usize> {
    let before = text.get(..item)?.rsplit('\n').next()?;
    before
        .trim_end()
        .ends_with('-')
        .then(|| before.trim_end().chars().count() - 1)
}

/// Replaces parts of a text; the parts do not overlap.
fn apply(text: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    let crlf = text.contains("\r\n");
    edits.sort_by_key(|(bytes, _)| std::cmp::Reverse(bytes.start));
    let mut out = text.to_owned();
    for (bytes, said) in edits {
        let said = if crlf {
            said.replace('\n', "\r\n")
        } else {
            said
        };
        out.replace_range(bytes, &said);
    }
    out
}

/// A peer without addresses; null where nothing of it is left. What is no block stays.
fn without(peer: &Value, addresses: &AddressSet) -> Value {
    let block = |path: &str| {
        peer.pointer(path)
            .and_then(Value::as_str)?
            .parse::<IpNet>()
            .ok()
    };
    let Some(cidr) = block("/ipBlock/cidr") else {
        return peer.clone();
    };
    let whole = AddressSet::of(cidr);
    let excepted = peer.pointer("/ipBlock/except").and_then(Value::as_array);
    let excepted = excepted.into_iter().flatten().filter_map(Value::as_str);
    let excepted: AddressSet = excepted
        .filter_map(|one| AddressSet::parse(one).ok())
        .collect();
    let except = excepted.union(&whole.intersection(addresses));
    if whole.is_subset(&except) {
        return Value::Null;
    }
    json!({"ipBlock": but(cidr, &except)})
}

/// A block without the addresses.
fn but(cidr: IpNet, except: &AddressSet) -> Value {
    let except: Vec<String> = except.blocks().iter().map(ToString::to_string).collect();
    if except.is_empty() {
        json!({"cidr": cidr.to_string()})
    } else {
        json!({"cidr": cidr.to_string(), "except": except})
    }
}

/// A rule for some addresses.
pub(super) fn named(peers: &str, addresses: &AddressSet, ports: Option<Vec<Value>>) -> Value {
    let blocks = addresses.blocks();
    let blocks: Vec<Value> = blocks
        .iter()
        .map(|block| json!({"ipBlock": {"cidr": block.to_string()}}))
        .collect();
    match ports {
        None => json!({peers: blocks}),
        Some(ports) => json!({peers: blocks, "ports": ports}),
    }
}

/// The peers that are everyone but these addresses. Where blocks do not match pods, pods are named beside them.
pub(super) fn everyone_but(addresses: &AddressSet, blocks_match_pods: bool) -> Vec<Value> {
    let mut out = Vec::new();
    if !blocks_match_pods {
        out.push(json!({"namespaceSelector": {}}));
    }
    for family in ["0.0.0.0/0", "::/0"] {
        let Ok(whole) = family.parse::<IpNet>() else {
            continue;
        };
        let except = AddressSet::of(whole).intersection(addresses);
        if !AddressSet::of(whole).is_subset(&except) {
            out.push(json!({"ipBlock": but(whole, &except)}));
        }
    }
    out
}

/// Traffic as ports of a policy; none where all traffic is meant.
pub(super) fn ports(traffic: &Traffic) -> Result<Option<Vec<Value>>, AmendError> {
    if traffic.is_all() {
        return Ok(None);
    }
    let mut out = Vec::new();
    for (protocol, numbers) in traffic.parts() {
        if !protocol.has_ports() {
            return Err(AmendError::Protocol);
        }
        let word = protocol.to_string().to_uppercase();
        if Traffic::protocol(protocol).is_subset(traffic) {
            out.push(json!({"protocol": word}));
            continue;
        }
        for (low, high) in numbers.ranges() {
            out.push(if low == high {
                json!({"protocol": word, "port": low})
            } else {
                json!({"protocol": word, "port": low, "endPort": high})
            });
        }
    }
    Ok(Some(out))
}

/// What a chart printed the rules from, for who has to change them there as well.
pub(super) fn printed_from(
    path: &Arc<str>,
    text: &str,
    narrowings: &[&Narrowing],
) -> Option<String> {
    let documents = yaml::read(path, text);
    let holds = |(first, last): (u32, u32)| {
        narrowings
            .iter()
            .any(|own| (first..=last).contains(&own.rule.line))
    };
    let source = documents
        .iter()
        .filter(|document| holds(document.lines))
        .find_map(|document| document.source())?;
    Some(format!(
        "`{path}` is what a chart printed from `{source}`: make the same change there, or the next run takes it back"
    ))
}
