//! What Cilium makes of a world, one packet at a time, by labels.

use super::case::*;
use crosspeer::model::{AddressSet, Protocol};

/// Someone, by the labels of its identity, and its address where it is outside.
#[derive(Clone, Debug)]
pub struct SourceAddress {
    pub labels: Labels,
    pub outside: Option<std::net::IpAddr>,
}

impl SourceAddress {
    pub fn of(pod: &Pod) -> Self {
        let team = if pod.namespace == "a" { "red" } else { "blue" };
        let all = [
            ("app", pod.app),
            (NAMESPACE, pod.namespace),
            (ACCOUNT, pod.account),
            (TEAM, team),
            (CLUSTER, "one"),
        ];
        SourceAddress {
            labels: all
                .iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect(),
            outside: None,
        }
    }

    pub fn reserved(name: &str) -> Self {
        SourceAddress {
            labels: [(format!("reserved:{name}"), String::new())].into(),
            outside: None,
        }
    }

    pub fn at(address: &str) -> Self {
        SourceAddress {
            outside: Some(address.parse().unwrap()),
            ..Self::reserved("world")
        }
    }

    pub fn is(&self, name: &str) -> bool {
        self.labels.contains_key(&format!("reserved:{name}"))
    }
}

impl Selector {
    pub fn bare(key: &str) -> &str {
        key.strip_prefix("k8s:")
            .or(key.strip_prefix("any:"))
            .unwrap_or(key)
    }

    pub fn names(&self, key: &str) -> bool {
        let keys = self
            .labels
            .iter()
            .map(|(own, _)| own)
            .chain(self.expressions.iter().map(|(own, ..)| own));
        keys.into_iter()
            .any(|own| Self::bare(own) == key || own.starts_with(key) && key.ends_with(':'))
    }

    pub fn holds(&self, labels: &Labels) -> bool {
        let value = |key: &str| labels.get(Self::bare(key)).map(String::as_str);
        let expression = |(key, operator, values): &(Text, Text, Vec<Text>)| match *operator {
            "In" => value(key).is_some_and(|own| values.contains(&own)),
            "NotIn" => value(key).is_none_or(|own| !values.contains(&own)),
            "Exists" => value(key).is_some(),
            _ => value(key).is_none(),
        };
        self.labels
            .iter()
            .all(|(key, wanted)| value(key) == Some(wanted))
            && self.expressions.iter().all(expression)
    }

    /// As the other end: without a word about namespaces it is about the policy's own, or about pods only.
    pub fn holds_for_end(&self, namespace: Option<&str>, labels: &Labels) -> bool {
        let own = labels.get(NAMESPACE).map(String::as_str);
        let implied = match namespace {
            _ if self.names("reserved:") || self.names(NAMESPACE) => true,
            None => own.is_some(),
            Some(_) if self.names(TEAM) => true,
            Some(name) => own == Some(name),
        };
        implied && self.holds(labels)
    }
}

pub fn entity(name: &str, who: &SourceAddress) -> bool {
    match name {
        "all" => true,
        "world" => who.is("world"),
        "world-ipv4" => who.outside.is_some_and(|address| address.is_ipv4()),
        "world-ipv6" => who.outside.is_some_and(|address| address.is_ipv6()),
        "cluster" => !who.is("world"),
        name => who.is(name),
    }
}

pub fn inside(block: &str, who: &SourceAddress) -> bool {
    who.outside
        .is_some_and(|address| AddressSet::parse(block).unwrap().contains(address))
}

impl Rule {
    pub fn matches(
        &self,
        namespace: Option<&str>,
        who: &SourceAddress,
        (protocol, number): (Protocol, u16),
    ) -> bool {
        let end = match &self.end {
            // A rule that says nothing matches nothing.
            End::Absent => !self.ports.is_empty(),
            End::Endpoints(all) => all
                .iter()
                .any(|one| one.holds_for_end(namespace, &who.labels)),
            End::Entities(all) => all.iter().any(|name| entity(name, who)),
            End::Blocks(all) => all.iter().any(|(block, except)| {
                inside(block, who) && !except.iter().any(|own| inside(own, who))
            }),
        };
        let port = |(word, low, high): &(Text, Text, u16)| {
            let known = [Protocol::TCP, Protocol::UDP, Protocol::SCTP];
            let meant = if *word == "ANY" {
                known.contains(&protocol)
            } else {
                Protocol::parse(word) == Some(protocol)
            };
            let low: u16 = low.parse().unwrap();
            meant && (low == 0 || (low..=low.max(*high)).contains(&number))
        };
        end && (self.ports.is_empty() || self.ports.iter().any(port))
    }
}

impl Case {
    /// Whether the policies of a pod let a packet pass between it and someone.
    pub fn passes(
        &self,
        own: &Pod,
        who: &SourceAddress,
        ingress: bool,
        packet: (Protocol, u16),
    ) -> bool {
        if own.host {
            return true;
        }
        let labels = SourceAddress::of(own).labels;
        let (mut isolated, mut allowed, mut denied) = (false, false, false);
        for policy in self.policies.iter().filter(|policy| {
            policy.namespace.is_none_or(|name| name == own.namespace)
                && policy.subject.holds(&labels)
        }) {
            let side = &policy.sides[usize::from(!ingress)];
            let any = |rules: &Option<Vec<Rule>>| {
                rules
                    .iter()
                    .flatten()
                    .any(|rule| rule.matches(policy.namespace, who, packet))
            };
            let held = side
                .allow
                .iter()
                .chain(&side.deny)
                .any(|rules| !rules.is_empty());
            isolated |= held && side.switch.unwrap_or(true);
            allowed |= any(&side.allow);
            denied |= any(&side.deny);
        }
        for plain in self
            .plain
            .iter()
            .filter(|plain| plain.ingress == ingress && plain.namespace == own.namespace)
        {
            let named = |app: &str| who.labels.get("app").is_some_and(|own| own == app);
            let near = who
                .labels
                .get(NAMESPACE)
                .is_some_and(|name| name == plain.namespace);
            isolated = true;
            allowed |= plain.app.is_some_and(|app| near && named(app))
                || plain.block.is_some_and(|block| inside(block, who));
        }
        !denied && (allowed || !isolated)
    }

    /// Who a pod may be to another: on the host network the other's own node, or another one.
    pub fn faces(&self, pod: &Pod) -> Vec<SourceAddress> {
        if pod.host {
            vec![
                SourceAddress::reserved("host"),
                SourceAddress::reserved("remote-node"),
            ]
        } else {
            vec![SourceAddress::of(pod)]
        }
    }

    /// None where it is not compared: the agent lets its own node in (`--allow-localhost`, on under Kubernetes) as far as no rule denies it,
    /// and the engine lets it in always.
    pub fn between(&self, from: &Pod, to: &Pod, packet: (Protocol, u16)) -> Option<bool> {
        let out = self
            .faces(to)
            .iter()
            .any(|who| self.passes(from, who, false, packet));
        let into = self
            .faces(from)
            .iter()
            .any(|who| self.passes(to, who, true, packet));
        if !from.host || into {
            return Some(out && into);
        }
        let denies = |policy: &Policy| policy.sides[0].deny.iter().flatten().next().is_some();
        (!self.policies.iter().any(denies)).then_some(out)
    }
}
