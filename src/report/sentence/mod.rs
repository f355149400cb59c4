//! The sentence for a hop: the one place where the typed reasons of a proof become words, for every format.
//!
//! A sentence has no full stop. Names of the input stand between backticks.

mod network;
mod policy;

use crate::model::{Hop, HopKind, Id, Location, Occupant, Reason, Subnet, Verdict, World};

/// Why the hop answers as it does; `world` is that of its trail.
#[must_use]
pub fn sentence(hop: &Hop, world: &World) -> String {
    let words = Words { world, hop };
    let text = words.of(&hop.reason);
    let drops = matches!(
        hop.reason,
        Reason::RuleDenies { .. } | Reason::NoRule { .. } | Reason::RulesUnknown(_)
    );
    if hop.kind == HopKind::ReturnFilter && hop.verdict == Verdict::Blocked && drops {
        format!("the reply is dropped: {text}")
    } else {
        text
    }
}

/// Makes the words for one hop.
struct Words<'a> {
    world: &'a World,
    hop: &'a Hop,
}

impl Words<'_> {
    fn of(&self, reason: &Reason) -> String {
        match reason {
            Reason::SourceAddress(note) | Reason::Admitted(note) => note.text.clone(),
            Reason::OwnAddress(_)
            | Reason::BareAddress(..)
            | Reason::Unplaced(_)
            | Reason::OnlyAnswers(_)
            | Reason::OnlyOpens(_)
            | Reason::NatGateway(_) => self.source(reason),
            Reason::RuleAllows { .. }
            | Reason::RuleDenies { .. }
            | Reason::NoRule { .. }
            | Reason::RulesUnknown(_)
            | Reason::SubnetFiltersUnknown(_)
            | Reason::NoReplyPort
            | Reason::ReplyFiltersUnknown => self.filter(reason),
            Reason::Route { .. }
            | Reason::RouteElsewhere { .. }
            | Reason::NoRoute { .. }
            | Reason::RouteTableUnknown(_)
            | Reason::RouteUncertain(_)
            | Reason::SubnetUnknown(_) => self.route(reason),
            Reason::Border(_)
            | Reason::BorderLine { .. }
            | Reason::BorderNotEntered { .. }
            | Reason::SourceNotCarried { .. }
            | Reason::DestinationNotCarried { .. }
            | Reason::NotCarried(_)
            | Reason::PastFilters(_)
            | Reason::BeyondInput => self.border(reason),
            Reason::EntryPoint { .. } | Reason::ClientRefused { .. } => self.entry_point(reason),
            Reason::Destination(occupant, location) => self.destination(*occupant, *location),
            Reason::Pivot { occupant, certain } => self.pivot(*occupant, *certain),
            Reason::HostService(titles, addresses) => {
                let mut titles = titles.clone();
                titles.sort_unstable();
                titles.dedup();
                format!(
                    "every host answers {addresses} itself ({}): no route and no filter of the network comes before",
                    titles.join(", ")
                )
            }
            Reason::Service(service, workload) => format!(
                "Service `{}` leads to `{}`",
                self.world.service_title(*service),
                self.world.workload_title(*workload)
            ),
            Reason::NoServicePort(service) => format!(
                "Service `{}` leads nowhere on this port",
                self.world.service_title(*service)
            ),
            Reason::Unproved => "which path it takes is not proved".to_owned(),
            _ => self.policy(reason, None),
        }
    }

    fn source(&self, reason: &Reason) -> String {
        match reason {
            Reason::OwnAddress(location) => format!("its own{}", self.located(*location)),
            Reason::BareAddress(address, Location::Nowhere) => {
                format!("{address} is in no network of the input")
            }
            Reason::BareAddress(address, location) => {
                format!("{address}{}", self.located(*location))
            }
            Reason::OnlyAnswers(id) => format!(
                "`{}` only answers and opens no connections",
                self.world.endpoints[*id].name
            ),
            Reason::OnlyOpens(id) => format!(
                "`{}` only opens connections and takes none",
                self.world.endpoints[*id].name
            ),
            Reason::NatGateway(id) => format!(
                "`{}` puts its own address in place of the source's",
                self.world.endpoints[*id].name
            ),
            _ => "the input does not say where the pods are placed".to_owned(),
        }
    }

    /// ` in `subnet``; nothing for what is in no network.
    fn located(&self, location: Location) -> String {
        match location {
            Location::Nowhere => String::new(),
            Location::Network(id) => format!(" in `{}`", self.world.networks[id].name),
            Location::Subnet(id) => format!(" in `{}`", self.world.subnets[id].name),
        }
    }

    fn occupant(&self, occupant: Occupant) -> String {
        match occupant {
            Occupant::Workload(id) => format!("`{}`", self.world.workload_title(id)),
            Occupant::Endpoint(id) => format!("`{}`", self.world.endpoints[id].name),
            Occupant::Forwarder(id, number) => self.world.entry_points[id]
                .forwarders
                .get(number)
                .map(|forwarder| forwarder.name.clone())
                .unwrap_or_default(),
            Occupant::Address(address) => address.to_string(),
        }
    }

    fn destination(&self, occupant: Occupant, location: Location) -> String {
        let what = self.occupant(occupant);
        let network = match location {
            Location::Nowhere => return format!("{what} is in no network of the input"),
            Location::Network(id) => id,
            Location::Subnet(id) => self.world.subnets[id].network,
        };
        let own = &self.world.networks[network];
        match location {
            _ if !own.known => format!(
                "{what} would be in `{}`, which is not in the input",
                own.name
            ),
            Location::Subnet(id) => format!("{what} may stand in `{}`", self.subnet(id)),
            _ => format!("{what} is in no known subnet of `{}`", own.name),
        }
    }

    fn pivot(&self, occupant: Occupant, certain: bool) -> String {
        let name = self.occupant(occupant);
        let (what, them) = match occupant {
            Occupant::Endpoint(id) => {
                let kind = self.world.endpoints[id].kind;
                (format!("{name} ({kind}) takes the connection"), "it")
            }
            _ => (format!("pods of {name} take the connection"), "them"),
        };
        if certain {
            format!("{what}: who gets into {them} goes on from here")
        } else {
            format!("{what}: whether who gets into {them} can go on from here is not known")
        }
    }

    fn subnet(&self, id: Id<Subnet>) -> &str {
        &self.world.subnets[id].name
    }
}
