//! Security groups: managed, read, default, the one that EKS makes for each cluster, and those only named. Their rules
//! are in [`super::security_group_rule`]. Source: VPC user guide, "Security groups"; EKS user guide, "Security group
//! requirements".

use super::lowering::{At, Attribute, Found, Lowering};
use crate::ingest::aws::stage::{AtSecurityGroups, Networks, Placing, SecurityGroups};
use crate::ingest::lowering::{Family, Sees};
use crate::ingest::terraform::{
    By, Draft, Mode, NamedBy, Reference, Resource, ResourceFamily, Target, Value, is_open,
};
use crate::model::{
    AddressSet, Doubt, Filter, FilterAction, FilterPeer, FilterRule, GapKind, Id, Network, Origin,
    Traffic, World,
};

const KIND: &str = "security group";

/// Security groups.
#[must_use]
pub fn family() -> Family<AtSecurityGroups> {
    Family {
        resources: ResourceFamily {
            types: vec!["aws_default_security_group", "aws_security_group"],
            references: vec![
                NamedBy::new(
                    &[
                        "aws_security_group",
                        "aws_default_security_group",
                        "aws_security_groups",
                    ],
                    &[
                        "security_group_id",
                        "security_group_ids",
                        "security_groups",
                        "vpc_security_group_ids",
                        "source_security_group_id",
                        "source_security_group_ids",
                        "referenced_security_group_id",
                        "cluster_security_group_id",
                        "default_security_group_id",
                        "additional_security_group_ids",
                    ],
                )
                .brought_by(&[
                    ("aws_vpc", "default_security_group_id"),
                    ("aws_eks_cluster", "vpc_config.cluster_security_group_id"),
                ]),
            ],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers groups without the rules that the input declares.
fn lower(lowering: &mut Lowering<AtSecurityGroups>) {
    let graph = lowering.graph;
    for wanted in [Mode::Managed, Mode::Data] {
        for (id, resource) in graph
            .of("aws_security_group")
            .filter(|(_, resource)| resource.mode == wanted)
        {
            let twin = lowering.twin(resource, |lowering, id| {
                lowering.lowered.made.of.get(&id).copied()
            });
            let group = twin.unwrap_or_else(|| group(lowering, id, resource));
            lowering.lowered.made.of.insert(id, group);
        }
    }
    for (id, resource) in graph.of("aws_default_security_group") {
        default_group(lowering, id, resource);
    }
    for network in lowering.world.networks.ids().collect::<Vec<_>>() {
        if !lowering.lowered.made.defaults.contains_key(&network) {
            let filter = by_default(lowering.world, network);
            lowering.lowered.made.defaults.insert(network, filter);
            lowering.lowered.made.network_of.insert(filter, network);
        }
    }
    for (id, resource) in graph.of("aws_eks_cluster") {
        cluster_group(lowering, id, resource);
    }
}

fn group(
    lowering: &mut Lowering<AtSecurityGroups>,
    id: Id<Resource>,
    resource: &Resource,
) -> Id<Filter> {
    let networks = lowering.networks(Attribute::of(resource, "vpc_id"));
    let mut doubt = Doubt::none();
    if resource.mode == Mode::Data {
        let what = format!(
            "`{}` is only read: the rules that it has are not in the input",
            resource.address
        );
        doubt = lowering
            .world
            .doubt(GapKind::NotInInput, what, Some(resource.origin.clone()));
    }
    let filter = lowering.world.filters.push(empty(
        lowering.name(id),
        doubt,
        Some(resource.origin.clone()),
    ));
    if let Some(network) = networks.certain() {
        lowering.lowered.made.network_of.insert(filter, network);
    }
    filter
}

fn empty(name: String, doubt: Doubt, origin: Option<Origin>) -> Filter {
    Filter {
        name,
        kind: KIND,
        stateful: true,
        ingress: Vec::new(),
        egress: Vec::new(),
        doubt,
        origin,
    }
}

/// Adopting the default group removes all its rules; what the block lists is all there is.
fn default_group(lowering: &mut Lowering<AtSecurityGroups>, id: Id<Resource>, resource: &Resource) {
    let networks = lowering.adopters(resource, Found::default());
    let filter = empty(
        lowering.name(id),
        networks.doubt(),
        Some(resource.origin.clone()),
    );
    let filter = lowering.world.filters.push(filter);
    lowering.lowered.made.of.insert(id, filter);
    networks.give(filter, &mut lowering.lowered.made.defaults);
    if let Some(network) = networks.certain() {
        lowering.lowered.made.network_of.insert(filter, network);
    }
}

/// The default group that AWS makes with a network.
fn by_default(world: &mut World, network: Id<Network>) -> Id<Filter> {
    let owner = &world.networks[network];
    let name = format!("default security group of {}", owner.name);
    let doubt = if owner.known {
        Doubt::none()
    } else {
        owner.doubt.clone()
    };
    let filter = world.filters.push(empty(name, doubt, None));
    made_by_aws(filter, &mut world.filters[filter]);
    filter
}

/// The rules with which AWS makes a group: everything from its members, everything out.
fn made_by_aws(own: Id<Filter>, filter: &mut Filter) {
    let rule = |peer| FilterRule {
        order: 0,
        action: FilterAction::Allow,
        peer,
        own: FilterPeer::anyone(),
        traffic: Traffic::all(),
        doubt: Doubt::none(),
        origin: None,
    };
    filter.ingress.push(rule(FilterPeer::Members(own)));
    filter
        .egress
        .push(rule(FilterPeer::Addresses(AddressSet::all())));
}

fn cluster_group(lowering: &mut Lowering<AtSecurityGroups>, id: Id<Resource>, resource: &Resource) {
    let twin = lowering.twin(resource, |lowering, id| {
        lowering.lowered.made.of_clusters.get(&id).copied()
    });
    if let Some(filter) = twin {
        lowering.lowered.made.of_clusters.insert(id, filter);
        return;
    }
    let name = format!("cluster security group of {}", lowering.name(id));
    let filter =
        lowering
            .world
            .filters
            .push(empty(name, Doubt::none(), Some(resource.origin.clone())));
    made_by_aws(filter, &mut lowering.world.filters[filter]);
    lowering.lowered.made.of_clusters.insert(id, filter);
    let subnets = lowering.subnets(Attribute::of(resource, "vpc_config.subnet_ids"));
    if let Some(subnet) = subnets.first() {
        let network = lowering.world.subnets[subnet].network;
        lowering.lowered.made.network_of.insert(filter, network);
    }
}

impl<B: Placing, M> Lowering<'_, At<B, M>> {
    /// The default group of a network: the one that the input adopts, else the one that AWS makes with it.
    pub fn default_group(&mut self, network: Id<Network>) -> Id<Filter> {
        let made = self.seen::<SecurityGroups>().defaults.get(&network);
        let known = made.or_else(|| self.lowered.on_demand.default_groups.get(&network));
        if let Some(group) = known {
            return *group;
        }
        let filter = by_default(self.world, network);
        let on_demand = &mut self.lowered.on_demand;
        on_demand.default_groups.insert(network, filter);
        on_demand.network_of_group.insert(filter, network);
        filter
    }

    /// What group an attribute of a resource is.
    #[must_use]
    pub fn group_of(&self, target: &Target) -> Option<Id<Filter>> {
        let lowered = &self.lowered;
        match target.attribute.as_str() {
            "default_security_group_id" => {
                let network = lowered.seen::<Networks>().of.get(&target.resource)?;
                lowered
                    .seen::<SecurityGroups>()
                    .defaults
                    .get(network)
                    .copied()
            }
            path if path.ends_with("cluster_security_group_id") => lowered
                .seen::<SecurityGroups>()
                .of_clusters
                .get(&target.resource)
                .copied(),
            "id" | "arn" | "name" | "" => lowered
                .seen::<SecurityGroups>()
                .of
                .get(&target.resource)
                .copied(),
            _ => None,
        }
    }

    /// The groups that an attribute names; those that the input only names by id are added to the world with unknown rules.
    pub fn groups(&mut self, at: Attribute) -> Found<Id<Filter>> {
        let bare = without_account(at.value);
        let at = bare.as_ref().map_or(at, |value| at.with(value));
        self.find(at, Self::group_of, |lowering, at, id| {
            Some(lowering.foreign_group(at, id))
        })
    }

    /// The group with a known id (`sg-…`, or `account/sg-…`) that is not in the input: it may have any rule.
    pub fn foreign_group(&mut self, at: Attribute, id: &str) -> Id<Filter> {
        self.absent_group(
            id.rsplit('/').next().unwrap_or(id),
            at.resource.origin_of(at.path),
        )
    }

    /// The group with an id that something outside of Terraform names; where the input does not hold it, it may have any rule.
    pub fn absent_group(&mut self, id: &str, origin: Origin) -> Id<Filter> {
        let held = self
            .graph
            .holding(id)
            .iter()
            .find_map(|target| self.group_of(target));
        if let Some(group) = held.or_else(|| self.lowered.on_demand.groups.get(id).copied()) {
            return group;
        }
        let doubt = self.absent(id, origin.clone());
        let name = if is_open(id) {
            self.named_later(id)
        } else {
            id.to_owned()
        };
        let filter = empty(name, doubt, Some(origin));
        let filter = self.world.filters.push(filter);
        self.lowered.on_demand.groups.insert(id.to_owned(), filter);
        filter
    }

    /// Groups of which no more is known than what they are the groups of: one of each name, which may have any rule and be any.
    pub fn hidden_group(&mut self, name: String, doubt: Doubt, origin: Origin) -> Id<Filter> {
        let known = self
            .world
            .filters
            .iter()
            .find(|(_, own)| own.name == name)
            .map(|(id, _)| id);
        known.unwrap_or_else(|| {
            let filter = self.world.filters.push(empty(name, doubt, Some(origin)));
            self.world.unknown_filters.insert(filter);
            filter
        })
    }
}

impl<B: Sees<SecurityGroups>, M> At<B, M> {
    /// The network that a group is of, where known.
    #[must_use]
    pub fn network_of_group(&self, group: Id<Filter>) -> Option<Id<Network>> {
        let made = self.seen::<SecurityGroups>().network_of.get(&group);
        let known = made.or_else(|| self.on_demand.network_of_group.get(&group));
        known.copied()
    }
}

/// A group that is written with its account (`123456789012/sg-…`) and whose id is known only after apply, as that group.
/// Source: VPC peering guide, "Update your security groups to reference peer security groups".
fn without_account(value: &Value) -> Option<Value> {
    if let Value::List(items) = value {
        let bare: Vec<Option<Value>> = items.iter().map(without_account).collect();
        let any = bare.iter().any(Option::is_some);
        let pairs = bare.into_iter().zip(items);
        let each = pairs.map(|(bare, item)| bare.unwrap_or_else(|| item.clone()));
        return any.then(|| Value::List(each.collect()));
    }
    let Value::Draft(draft) = value else {
        return None;
    };
    let (account, id) = draft.text.rsplit_once('/')?;
    let target = draft.targets.iter().find(|own| own.marker() == id)?;
    (!account.contains(Draft::LOOSE)).then(|| {
        Value::Reference(Reference {
            targets: vec![target.clone()].into(),
            exact: true,
            closed: true,
            by: By::Source,
        })
    })
}
