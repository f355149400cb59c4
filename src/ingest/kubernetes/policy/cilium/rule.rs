//! One rule: everyone at the other end times all packets.

use super::super::{ALLOW, DENY_FIRST, Reading};
use super::context::{Context, ResolvedPeer};
use super::port::Packets;
use super::{icmp, peer, port};
use crate::ingest::yaml::Node;
use crate::model::{Doubt, GapKind, PolicyPeer, PolicyRule, Selector};

impl Context<'_> {
    /// The rules that one entry of a list stands for.
    pub(super) fn rules(&self, rule: &Node, reading: &mut Reading<'_, '_>) -> Vec<PolicyRule> {
        let mut fields = vec!["toPorts", "icmps"];
        if !self.denies() {
            fields.push("authentication");
        }
        let members = peer::members(self);
        fields.extend(members.iter().map(|member| member.field));
        fields.push(if self.ingress {
            "fromRequires"
        } else {
            "toRequires"
        });
        reading.faults.only(rule, &fields);
        let packets = self.packets(rule, reading);
        let ends = match peer::ends(self, rule, &members, reading) {
            Some(ends) => ends,
            // Without a word about the other end ports are open to anyone, and a rule without ports says nothing.
            None if packets.is_some() => vec![ResolvedPeer::sure(PolicyPeer::Anyone, rule)],
            None => Vec::new(),
        };
        let packets = packets.unwrap_or_else(|| vec![Packets::all()]);
        let authentication = self.authentication(&rule.get("authentication"), reading);
        let each = ends
            .iter()
            .flat_map(|end| packets.iter().map(move |packets| (end, packets)));
        each.map(|(end, packets)| self.rule(end, packets, &authentication))
            .collect()
    }

    fn rule(&self, end: &ResolvedPeer, packets: &Packets, authentication: &Doubt) -> PolicyRule {
        PolicyRule {
            order: if self.denies() { DENY_FIRST } else { ALLOW },
            action: self.action,
            subject: Selector::Everything,
            peer: end.peer.clone(),
            traffic: packets.ports.traffic.clone(),
            named_ports: packets.ports.named.clone(),
            doubt: end.doubt.and(&packets.doubt).and(authentication),
            origin: self.object.origin_at(end.place.clone()),
        }
    }

    /// The packets that the rule is about; none where it does not say.
    fn packets(&self, rule: &Node, reading: &mut Reading<'_, '_>) -> Option<Vec<Packets>> {
        let (ports, messages) = (rule.get("toPorts"), rule.get("icmps"));
        let (ports, messages) = (
            reading.faults.list(&ports, "toPorts"),
            reading.faults.list(&messages, "icmps"),
        );
        if !ports.is_empty() && !messages.is_empty() {
            reading.faults.add(
                &rule.get("icmps").key_place(),
                "`icmps` stands beside `toPorts`: expected a rule of its own",
            );
        }
        if ports.is_empty() && messages.is_empty() {
            return None;
        }
        let mut out: Vec<Packets> = ports
            .iter()
            .flat_map(|entry| port::packets(self, entry, reading))
            .collect();
        out.extend(
            messages
                .iter()
                .map(|entry| icmp::packets(entry, &mut reading.faults)),
        );
        Some(out)
    }

    /// Whether both ends must prove who they are: then it depends.
    fn authentication(&self, node: &Node, reading: &mut Reading<'_, '_>) -> Doubt {
        reading.faults.only(node, &["mode"]);
        match node.get("mode").text() {
            None if node.is_unset() => Doubt::none(),
            Some("disabled") => Doubt::none(),
            Some("required" | "test-always-fail") => self.doubt(
                GapKind::NotJudged,
                "lets pass only after mutual authentication, which is not judged",
                node,
                reading,
            ),
            _ => {
                reading.faults.mismatch(
                    &node.get("mode"),
                    "mode",
                    "disabled, required or test-always-fail",
                );
                Doubt::none()
            }
        }
    }
}
