//! Why a hop answers as it does, as typed facts: the sentences for people are made of them by `report`, in one place.

use super::{
    AddressSet, Border, Direction, Endpoint, EntryPoint, Filter, Id, Network, Note, Policy,
    RouteTable, Service, Subnet, Witness, Workload,
};
use std::net::IpAddr;

/// Where an address lies in the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Location {
    /// In no network of the input.
    Nowhere,
    /// In a network, in none of its known subnets.
    Network(Id<Network>),
    /// In a subnet.
    Subnet(Id<Subnet>),
}

/// What holds an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Occupant {
    /// Pods.
    Workload(Id<Workload>),
    /// A resource.
    Endpoint(Id<Endpoint>),
    /// What an entry point forwards by: its position in [`EntryPoint::forwarders`].
    Forwarder(Id<EntryPoint>, usize),
    /// Nothing that the input names: the bare address.
    Address(IpAddr),
}

/// Why a hop passes or stops a packet. A closed list; ids are positions in the world that the trail leads through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The source address of pods, or of what forwards to pods: the note says whose address it is and why.
    SourceAddress(Note),
    /// A resource sends with its own address.
    OwnAddress(Location),
    /// A bare address sends.
    BareAddress(IpAddr, Location),
    /// The input does not say where the pods are placed.
    Unplaced(Id<Workload>),
    /// The resource only answers and opens no connections.
    OnlyAnswers(Id<Endpoint>),
    /// The resource only opens connections and takes none.
    OnlyOpens(Id<Endpoint>),
    /// A NAT gateway puts its own address in place of the source's.
    NatGateway(Id<Endpoint>),
    /// A rule of a filter allows the packet: `rule` is its position in the filter's list for the direction.
    RuleAllows {
        /// The filter.
        filter: Id<Filter>,
        /// Which of its lists.
        direction: Direction,
        /// Position in that list.
        rule: usize,
    },
    /// A rule of a filter denies the packet; as [`Reason::RuleAllows`].
    RuleDenies {
        /// The filter.
        filter: Id<Filter>,
        /// Which of its lists.
        direction: Direction,
        /// Position in that list.
        rule: usize,
    },
    /// No rule of the filters matches the packet, and what no rule matches is denied.
    NoRule {
        /// The filters, never empty.
        filters: Vec<Id<Filter>>,
        /// Which of their lists.
        direction: Direction,
        /// The packet.
        packet: Witness,
    },
    /// What goes over the border may not be held against the filters there: the service that they stand before is reached by
    /// connections of its own, or the relay is on the same side of them as the other end.
    PastFilters(Id<Border>),
    /// The rules of the filter are not all known.
    RulesUnknown(Id<Filter>),
    /// What filters packets at the edge of the subnet is not certain.
    SubnetFiltersUnknown(Id<Subnet>),
    /// Something sees to it that the filters let the packet in, as the note says.
    Admitted(Note),
    /// No port that a client may have chosen passes all filters on the way back.
    NoReplyPort,
    /// What filters the reply is not certain.
    ReplyFiltersUnknown,
    /// A route forwards the packet towards its destination.
    Route {
        /// The table.
        table: Id<RouteTable>,
        /// Position in [`RouteTable::routes`].
        route: usize,
        /// The subnet that the table forwards for.
        subnet: Id<Subnet>,
    },
    /// The route that decides leads elsewhere, or drops the packet; as [`Reason::Route`].
    RouteElsewhere {
        /// The table.
        table: Id<RouteTable>,
        /// Position in [`RouteTable::routes`].
        route: usize,
    },
    /// No route of the tables holds the destination.
    NoRoute {
        /// The tables of which one is right; never empty.
        tables: Vec<Id<RouteTable>>,
        /// The destination.
        destination: IpAddr,
    },
    /// The route table of the subnet is not known.
    RouteTableUnknown(Id<Subnet>),
    /// Which route of the subnet's tables forwards the packet is not certain.
    RouteUncertain(Id<Subnet>),
    /// The subnet in this network (none: the network) is not known, and so its routes are not.
    SubnetUnknown(Option<Id<Network>>),
    /// The border carries the packet.
    Border(Id<Border>),
    /// A further line that makes the border, such as a route of its gateway.
    BorderLine {
        /// The border.
        border: Id<Border>,
        /// Position in [`Border::legs`].
        leg: usize,
        /// Position in [`Leg::because`](super::Leg::because).
        line: usize,
    },
    /// Packets of the subnet (none: it is not known) do not enter the border.
    BorderNotEntered {
        /// The border.
        border: Id<Border>,
        /// Where the packet comes from.
        subnet: Option<Id<Subnet>>,
    },
    /// The border does not carry packets from the address.
    SourceNotCarried {
        /// The border.
        border: Id<Border>,
        /// The address.
        source: IpAddr,
    },
    /// The border does not carry packets to the address.
    DestinationNotCarried {
        /// The border.
        border: Id<Border>,
        /// Position in [`Border::legs`].
        leg: usize,
        /// The address.
        destination: IpAddr,
    },
    /// The border does not carry the packet.
    NotCarried(Id<Border>),
    /// What lies beyond is not in the input.
    BeyondInput,
    /// An entry point takes the packet.
    EntryPoint {
        /// The entry point.
        entry_point: Id<EntryPoint>,
        /// Position in [`EntryPoint::forwarders`].
        forwarder: usize,
    },
    /// An entry point lets other clients in, not this one.
    ClientRefused {
        /// The entry point.
        entry_point: Id<EntryPoint>,
        /// The client.
        client: IpAddr,
    },
    /// The pods are on the host network, outside of policy.
    HostNetwork(Id<Workload>),
    /// A pod and itself: no packet of that leaves the pod.
    Itself(Id<Workload>),
    /// The packet comes from the pods' own node, which policies always let in.
    OwnNode,
    /// No policy selects the pods for the direction.
    NoPolicy {
        /// The pods.
        workload: Id<Workload>,
        /// The direction.
        direction: Direction,
    },
    /// Policies select the pods, none of them decides about the packet, and none isolates the pods.
    NotIsolated {
        /// The first of the policies.
        policy: Id<Policy>,
        /// The pods.
        workload: Id<Workload>,
        /// The direction.
        direction: Direction,
    },
    /// A rule of a policy decides about the packet, or hands it on to the next tier.
    PolicyRule {
        /// What it does with the packet.
        action: RuleOutcome,
        /// The policy.
        policy: Id<Policy>,
        /// Which of its sides.
        direction: Direction,
        /// Position in [`PolicySide::rules`](super::PolicySide::rules).
        rule: usize,
    },
    /// The policy is not understood and may decide anything.
    PolicyUnclear(Id<Policy>),
    /// Policies isolate the pods, and no rule matches the packet.
    Isolated {
        /// The policies, never empty.
        policies: Vec<Id<Policy>>,
        /// The direction.
        direction: Direction,
    },
    /// Nothing enforces policies for the pods.
    NotEnforced {
        /// Why.
        note: Note,
        /// A policy that would have an effect if something did.
        idle: Option<Id<Policy>>,
    },
    /// Whether policies hold is not known.
    EnforcementUnknown {
        /// Why; none where the pods may be on the host network.
        note: Option<Note>,
        /// What they say where they hold.
        if_enforced: Box<Reason>,
    },
    /// Tiers of policies handed the packet on before one decided.
    Tiers {
        /// What each of them said, in order; never empty.
        before: Vec<Reason>,
        /// What decided.
        last: Box<Reason>,
    },
    /// A Service hands the packet on to pods behind it.
    Service(Id<Service>, Id<Workload>),
    /// A Service has no port for the packet, or one that leads to no port of its pods.
    NoServicePort(Id<Service>),
    /// The policies judge the packet by the address of a Service, before it becomes that of a pod behind it.
    ByService {
        /// The Service.
        service: Id<Service>,
        /// What they say of it.
        reason: Box<Reason>,
    },
    /// The destination is there, or may be.
    Destination(Occupant, Location),
    /// Somebody who takes over what stands there can open connections from it; `certain`: surely.
    Pivot {
        /// What is taken over.
        occupant: Occupant,
        /// Whether that is certain.
        certain: bool,
    },
    /// Every host answers the addresses itself, by services of these names: no route and no filter of the network comes before.
    HostService(Vec<&'static str>, AddressSet),
    /// Which path the packet takes could not be proved.
    Unproved,
}

/// What a rule of a policy does with a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleOutcome {
    /// Lets it pass.
    Allows,
    /// Drops it.
    Denies,
    /// Hands it on to the next tier.
    Passes,
}

impl Reason {
    /// The word for it in JSON, in kebab case.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Reason::SourceAddress(_) => "source-address",
            Reason::OwnAddress(_) => "own-address",
            Reason::BareAddress(..) => "bare-address",
            Reason::Unplaced(_) => "unplaced",
            Reason::OnlyAnswers(_) => "only-answers",
            Reason::OnlyOpens(_) => "only-opens",
            Reason::NatGateway(_) => "nat-gateway",
            Reason::RuleAllows { .. } => "rule-allows",
            Reason::RuleDenies { .. } => "rule-denies",
            Reason::NoRule { .. } => "no-rule",
            Reason::RulesUnknown(_) => "rules-unknown",
            Reason::SubnetFiltersUnknown(_) => "subnet-filters-unknown",
            Reason::Admitted(_) => "admitted",
            Reason::NoReplyPort => "no-reply-port",
            Reason::ReplyFiltersUnknown => "reply-filters-unknown",
            Reason::Route { .. } => "route",
            Reason::RouteElsewhere { .. } => "route-elsewhere",
            Reason::NoRoute { .. } => "no-route",
            Reason::RouteTableUnknown(_) => "route-table-unknown",
            Reason::RouteUncertain(_) => "route-uncertain",
            Reason::SubnetUnknown(_) => "subnet-unknown",
            Reason::Border(_) => "border",
            Reason::BorderLine { .. } => "border-line",
            Reason::BorderNotEntered { .. } => "border-not-entered",
            Reason::SourceNotCarried { .. } => "source-not-carried",
            Reason::DestinationNotCarried { .. } => "destination-not-carried",
            Reason::NotCarried(_) => "not-carried",
            Reason::PastFilters(_) => "past-filters",
            Reason::BeyondInput => "beyond-input",
            Reason::EntryPoint { .. } => "entry-point",
            Reason::ClientRefused { .. } => "client-refused",
            Reason::HostNetwork(_) => "host-network",
            Reason::Itself(_) => "itself",
            Reason::OwnNode => "own-node",
            Reason::NoPolicy { .. } => "no-policy",
            Reason::NotIsolated { .. } => "not-isolated",
            Reason::PolicyRule { action, .. } => match action {
                RuleOutcome::Allows => "policy-allows",
                RuleOutcome::Denies => "policy-denies",
                RuleOutcome::Passes => "policy-passes",
            },
            Reason::PolicyUnclear(_) => "policy-unclear",
            Reason::Isolated { .. } => "isolated",
            Reason::NotEnforced { .. } => "not-enforced",
            Reason::EnforcementUnknown { .. } => "enforcement-unknown",
            Reason::Service(..) => "service",
            Reason::NoServicePort(_) => "no-service-port",
            Reason::Tiers { last, .. } => last.code(),
            Reason::ByService { reason, .. } => reason.code(),
            Reason::Destination(..) => "destination",
            Reason::Pivot { .. } => "pivot",
            Reason::HostService(..) => "host-service",
            Reason::Unproved => "unproved",
        }
    }

    /// Whether it is a reason to drop a packet: no hop that passes has one.
    #[must_use]
    pub fn stops(&self) -> bool {
        match self {
            Reason::OnlyAnswers(_)
            | Reason::OnlyOpens(_)
            | Reason::RuleDenies { .. }
            | Reason::NoRule { .. }
            | Reason::NoReplyPort
            | Reason::RouteElsewhere { .. }
            | Reason::NoRoute { .. }
            | Reason::BorderNotEntered { .. }
            | Reason::SourceNotCarried { .. }
            | Reason::DestinationNotCarried { .. }
            | Reason::NotCarried(_)
            | Reason::ClientRefused { .. }
            | Reason::NoServicePort(_)
            | Reason::Isolated { .. } => true,
            Reason::PolicyRule { action, .. } => *action == RuleOutcome::Denies,
            Reason::Tiers { last, .. } => last.stops(),
            Reason::ByService { reason, .. } => reason.stops(),
            _ => false,
        }
    }

    /// The same said of other pods, which policies and the network do not tell from the first.
    #[must_use]
    pub fn about(&self, one: Id<Workload>, other: Id<Workload>) -> Reason {
        let of = |workload: Id<Workload>| if workload == one { other } else { workload };
        match self {
            Reason::HostNetwork(workload) => Reason::HostNetwork(of(*workload)),
            Reason::Unplaced(workload) => Reason::Unplaced(of(*workload)),
            Reason::NoPolicy {
                workload,
                direction,
            } => Reason::NoPolicy {
                workload: of(*workload),
                direction: *direction,
            },
            Reason::NotIsolated {
                policy,
                workload,
                direction,
            } => Reason::NotIsolated {
                policy: *policy,
                workload: of(*workload),
                direction: *direction,
            },
            Reason::EnforcementUnknown { note, if_enforced } => Reason::EnforcementUnknown {
                note: note.clone(),
                if_enforced: Box::new(if_enforced.about(one, other)),
            },
            Reason::Tiers { before, last } => Reason::Tiers {
                before: before
                    .iter()
                    .map(|reason| reason.about(one, other))
                    .collect(),
                last: Box::new(last.about(one, other)),
            },
            Reason::ByService { service, reason } => Reason::ByService {
                service: *service,
                reason: Box::new(reason.about(one, other)),
            },
            Reason::Destination(Occupant::Workload(workload), location) => {
                Reason::Destination(Occupant::Workload(of(*workload)), *location)
            }
            _ => self.clone(),
        }
    }
}
