//! Which subnet uses which route table. Source: VPC user guide, "Subnet route tables".

use crate::ingest::aws::lowering::{Attribute, Found, Lowering};
use crate::ingest::aws::stage::AtRoutes;
use crate::ingest::terraform::{Mode, Value};
use crate::model::{Doubt, GapKind, Id, Network, RouteTable, Subnet};
use std::collections::{BTreeMap, BTreeSet};

/// Which table each subnet is associated with.
pub(super) type Associated = BTreeMap<Id<Subnet>, Found<Id<RouteTable>>>;

/// An association of which it is not known which subnet it is for.
struct UnresolvedAssociation {
    input: usize,
    tables: Found<Id<RouteTable>>,
    doubt: Doubt,
}

pub(super) fn associations(lowering: &mut Lowering<AtRoutes>) -> Associated {
    let graph = lowering.graph;
    let (mut of_subnet, mut unresolved) = (Associated::new(), Vec::new());
    for (_, resource) in graph.of("aws_route_table_association") {
        if !resource.values.get("gateway_id").is_unset()
            && resource.values.get("subnet_id").is_unset()
        {
            let what = format!(
                "`{}` gives a gateway a route table of its own: what comes in by it is not judged",
                resource.address
            );
            lowering
                .world
                .doubt(GapKind::NotJudged, what, Some(resource.origin.clone()));
            continue;
        }
        let tables = lowering.tables(Attribute::of(resource, "route_table_id"));
        let mut at = Attribute::of(resource, "subnet_id");
        if matches!(at.value, Value::Computed) {
            at.value = &Value::Unknown;
        }
        let subnets = lowering.subnets(at);
        for (subnet, doubt) in subnets.items {
            let found = of_subnet.entry(subnet).or_default();
            found.rest = found.rest.and(&tables.rest).and(&doubt);
            tables
                .items
                .iter()
                .for_each(|(table, own)| found.add(*table, own.and(&doubt)));
        }
        if !subnets.rest.is_certain() {
            unresolved.push(UnresolvedAssociation {
                input: resource.input,
                tables,
                doubt: subnets.rest,
            });
        }
    }
    for (id, resource) in graph
        .of("aws_route_table")
        .filter(|(_, resource)| resource.mode == Mode::Data)
    {
        let Some(table) = lowering.lowered.made.of.get(&id).copied() else {
            continue;
        };
        for association in resource.values.get("associations").items() {
            let value: &Value = association.get("subnet_id");
            let subnets = lowering.subnets(Attribute {
                resource,
                path: "associations.subnet_id",
                value,
            });
            subnets
                .items
                .into_iter()
                .for_each(|(subnet, doubt)| of_subnet.entry(subnet).or_default().add(table, doubt));
        }
    }
    spread(lowering, &mut of_subnet, unresolved);
    of_subnet
}

/// A table is of the network of the subnets that surely use it. Source: VPC user guide, "Subnet route tables".
pub(super) fn networks_by_subnets(lowering: &mut Lowering<AtRoutes>, of_subnet: &Associated) {
    for (subnet, found) in of_subnet {
        let own = &lowering.world.subnets[*subnet];
        if let Some(table) = found.certain().filter(|_| own.doubt.is_certain())
            && let loose = &mut lowering.lowered.made.loose
            && loose.remove(&table).is_some()
        {
            let sure = &mut lowering.lowered.made.network_of;
            sure.insert(table, own.network);
        }
    }
}

/// An association whose subnet is not known may be for each subnet of the table's network that has none for sure.
fn spread(
    lowering: &Lowering<AtRoutes>,
    of_subnet: &mut Associated,
    unresolved: Vec<UnresolvedAssociation>,
) {
    let settled: BTreeSet<Id<Subnet>> = of_subnet
        .iter()
        .filter(|(_, found)| found.certain().is_some())
        .map(|(subnet, _)| *subnet)
        .collect();
    for UnresolvedAssociation {
        input,
        tables,
        doubt,
    } in unresolved
    {
        let networks: BTreeSet<Id<Network>> = tables
            .all()
            .flat_map(|table| lowering.networks_of_table(table))
            .collect();
        let fits = |subnet: &Id<Subnet>| {
            networks.is_empty() || networks.contains(&lowering.world.subnets[*subnet].network)
        };
        let subnets = lowering
            .subnets_of_input(input)
            .into_iter()
            .filter(fits)
            .filter(|subnet| !settled.contains(subnet));
        for subnet in subnets {
            let found = of_subnet.entry(subnet).or_default();
            tables
                .items
                .iter()
                .for_each(|(table, own)| found.add(*table, own.and(&doubt)));
            if tables.items.is_empty() || !tables.rest.is_certain() {
                found.rest = found.rest.and(&tables.rest).and(&doubt);
            }
        }
    }
}

/// Exactly one table is right. An explicit association wins over the main table; where it is in doubt, the main table and
/// the network's other tables are candidates too. A subnet that others have made in a network of the input may use a table
/// of theirs: then none is set, which is not to know it.
pub(super) fn settle(
    lowering: &mut Lowering<AtRoutes>,
    subnet: Id<Subnet>,
    found: &Found<Id<RouteTable>>,
) {
    let network = lowering.world.subnets[subnet].network;
    if found.items.is_empty() && lowering.world.networks[network].known && !lowering.makes(subnet) {
        return;
    }
    let main = lowering.main_table(network);
    let mut tables: Vec<Id<RouteTable>> = found.all().collect();
    let mut doubt = found.doubt();
    if tables.is_empty() || !doubt.is_certain() {
        tables.push(main);
        let others = lowering
            .lowered
            .made
            .candidates
            .get(&network)
            .cloned()
            .unwrap_or_default();
        tables.extend(others.all());
        doubt = doubt.and(&others.doubt());
    }
    let read = lowering.world.subnets[subnet].doubt.is_certain();
    if !found.rest.is_certain() || (found.items.is_empty() && !read) {
        let other = |table: &&Id<RouteTable>| {
            lowering
                .lowered
                .made
                .network_of
                .get(table)
                .is_none_or(|own| *own == network)
        };
        tables.extend(
            lowering
                .lowered
                .on_demand
                .route_tables
                .values()
                .filter(other)
                .copied(),
        );
    }
    if !found.rest.is_certain() {
        tables.extend(lowering.tables_of(network));
    }
    tables.sort_unstable();
    tables.dedup();
    let own = &mut lowering.world.subnets[subnet];
    own.tables = tables;
    own.doubt = own.doubt.and(&doubt);
}
