//! User-defined routes: blocks inside their table, and resources of their own.
//! Source: "Virtual network traffic routing" (virtual-networks-udr-overview), "User-defined"; azurerm provider,
//! `azurerm_route_table` (`route`), `azurerm_route`.

use super::lowering::{Attribute, Blocks, Lowering, same};
use super::resource_type::{TYPES, is_part};
use super::stage::{AtRoutes, Gateways};
use super::template::{AZAPI, made_by_text};
use crate::ingest::terraform::{Mode, Resource};
use crate::model::{Doubt, GapKind, Id, Network, Origin, Route, Target};
use std::collections::BTreeMap;

/// Rank of user-defined routes.
pub const USER: u32 = 0;
/// Rank of routes that a gateway learns.
pub const GATEWAY: u32 = 1;
/// Rank of system routes.
pub const SYSTEM: u32 = 2;

/// A route as its table holds it, whatever network the table is used in.
#[derive(Clone, Debug)]
pub struct UserRoute {
    /// Where to; with a doubt and without addresses where it is not known.
    pub destination: Blocks,
    /// `VirtualAppliance`, `VirtualNetworkGateway`, `VnetLocal`, `Internet`, `None`; none where it is not known.
    hop: Option<String>,
    /// Why it may not be in the table, or lead elsewhere.
    doubt: Doubt,
    origin: Origin,
    /// The appliance, for the trail.
    appliance: String,
    /// The address of the table or of the route, for gaps.
    address: String,
}

/// What a type that is not modelled may add to a table that it names: a route anywhere.
fn unlisted(lowering: &mut Lowering<AtRoutes>, out: &mut BTreeMap<Id<Resource>, Vec<UserRoute>>) {
    let types = lowering.graph.types;
    let names = &["route_table_id", "route_table_name"];
    let mut all = lowering.unlisted(names, |kind| TYPES.is_unlisted(types, kind));
    let parts = lowering.unlisted(&["parent_id"], |kind| kind == AZAPI);
    all.extend(
        parts
            .into_iter()
            .filter(|at| is_part(at.resource, "routeTables")),
    );
    for template in made_by_text(lowering) {
        let doubt = lowering.may_make(&template);
        let tables = lowering.graph.of("azurerm_route_table").map(|(id, _)| id);
        for table in tables.filter(|id| template.may_change(*id)) {
            let route = any_route(template.resource, &doubt);
            out.entry(table).or_default().push(route);
        }
    }
    for at in all {
        let doubt = lowering.may_add(at, "routes");
        let mut tables = match at.path {
            "route_table_name" => lowering.tables(at),
            _ => lowering.resources(at, "azurerm_route_table"),
        };
        tables.or_any(lowering.graph.of("azurerm_route_table").map(|(id, _)| id));
        for table in tables.all() {
            let route = any_route(at.resource, &doubt);
            out.entry(table).or_default().push(route);
        }
    }
}

/// A route that may lead any packet anywhere.
fn any_route(resource: &Resource, doubt: &Doubt) -> UserRoute {
    UserRoute {
        destination: Blocks {
            rest: doubt.clone(),
            ..Blocks::default()
        },
        hop: None,
        doubt: doubt.clone(),
        origin: resource.origin.clone(),
        appliance: "an appliance".to_owned(),
        address: resource.address.clone(),
    }
}

/// The routes of every table.
pub fn read(lowering: &mut Lowering<AtRoutes>) -> BTreeMap<Id<Resource>, Vec<UserRoute>> {
    let graph = lowering.graph;
    let mut out: BTreeMap<Id<Resource>, Vec<UserRoute>> = BTreeMap::new();
    for (_, resource) in graph
        .of("azurerm_route")
        .filter(|(_, resource)| resource.mode == Mode::Managed)
    {
        let at = Attribute {
            resource,
            path: "address_prefix",
            value: &resource.values,
        };
        let route = route(lowering, at, resource.origin.clone());
        let mut tables = lowering.tables(Attribute::of(resource, "route_table_name"));
        let here = graph.of("azurerm_route_table");
        let here = here.filter(|(_, table)| table.input == resource.input);
        tables.or_any(here.map(|(id, _)| id));
        for (table, doubt) in tables.items {
            out.entry(table).or_default().push(UserRoute {
                doubt: route.doubt.and(&doubt),
                ..route.clone()
            });
        }
    }
    unlisted(lowering, &mut out);
    for (id, resource) in graph.of("azurerm_route_table") {
        for (number, block) in resource.values.get("route").items().iter().enumerate() {
            let path = format!("route[{number}]");
            let origin = resource.origin_of(&path);
            let route = route(
                lowering,
                Attribute {
                    resource,
                    path: &path,
                    value: block,
                },
                origin,
            );
            let own = out.entry(id).or_default();
            // A refreshed plan lists separate routes in the table as well.
            if !own.iter().any(|old| {
                old.destination == route.destination && !route.destination.addresses.is_empty()
            }) {
                own.push(route);
            }
        }
    }
    out
}

fn route(lowering: &mut Lowering<AtRoutes>, at: Attribute, origin: Origin) -> UserRoute {
    let resource = at.resource;
    let prefix = at.value.get("address_prefix");
    let hop = at.value.get("next_hop_type");
    let mut doubt = Doubt::none();
    let mut destination = Blocks::default();
    if prefix.text().is_some_and(is_service_tag) {
        let what = format!(
            "a route of `{}` is for the service tag `{}`: it is taken to hold public addresses only, and not judged",
            resource.address,
            prefix.text().unwrap_or_default()
        );
        lowering
            .world
            .doubt(GapKind::NotJudged, what, Some(origin.clone()));
    } else {
        destination = lowering.blocks(at.with(prefix));
    }
    if hop.text().is_none() {
        doubt = lowering.unknown(at);
    }
    let hop = hop.text().map(str::to_owned);
    let appliance = at
        .value
        .get("next_hop_in_ip_address")
        .text()
        .unwrap_or("an address that is not known")
        .to_owned();
    UserRoute {
        destination,
        hop,
        doubt,
        origin,
        appliance,
        address: resource.address.clone(),
    }
}

/// A prefix that is no block: service tags begin with a letter and hold no `:`.
fn is_service_tag(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && !text.contains(':')
}

impl UserRoute {
    /// The route as it holds in the subnets of a network.
    pub fn routes(&self, lowering: &mut Lowering<AtRoutes>, network: Id<Network>) -> Vec<Route> {
        let mut out = Vec::new();
        for (target, own) in self.targets(lowering, network) {
            let route = |destination, doubt: Doubt| Route {
                destination,
                target: target.clone(),
                rank: USER,
                doubt: doubt.and(&own).and(&self.doubt),
                origin: Some(self.origin.clone()),
            };
            out.extend(
                self.destination
                    .addresses
                    .blocks()
                    .into_iter()
                    .map(|block| route(Some(block), Doubt::none())),
            );
            if !self.destination.rest.is_certain() {
                out.push(route(None, self.destination.rest.clone()));
            }
        }
        out
    }

    fn targets(
        &self,
        lowering: &mut Lowering<AtRoutes>,
        network: Id<Network>,
    ) -> Vec<(Target, Doubt)> {
        let is = |wanted: &str| self.hop.as_deref().is_some_and(|hop| same(hop, wanted));
        let one = |target| vec![(target, Doubt::none())];
        if is("VnetLocal") {
            one(Target::Local)
        } else if is("Internet") {
            one(Target::Outside("internet".to_owned()))
        } else if is("None") {
            one(Target::Drop(format!(
                "`{}` has the next hop `None`",
                self.address
            )))
        } else if is("VirtualNetworkGateway") {
            self.gateways(lowering, network)
        } else if is("VirtualAppliance") {
            let what = format!(
                "a route of `{}` leads through the appliance {}, which is not analysed",
                self.address, self.appliance
            );
            vec![(
                Target::Unknown,
                lowering
                    .world
                    .doubt(GapKind::NotJudged, what, Some(self.origin.clone())),
            )]
        } else {
            let what = format!("where a route of `{}` leads is not known", self.address);
            vec![(
                Target::Unknown,
                lowering
                    .world
                    .doubt(GapKind::UnknownValue, what, Some(self.origin.clone())),
            )]
        }
    }

    /// The gateways that the network has or uses: a VPN gateway also forwards between networks that use it, which is not judged.
    fn gateways(
        &self,
        lowering: &mut Lowering<AtRoutes>,
        network: Id<Network>,
    ) -> Vec<(Target, Doubt)> {
        let own = lowering
            .seen::<Gateways>()
            .at
            .get(&network)
            .cloned()
            .unwrap_or_default();
        let what = match own.first() {
            Some((border, _)) => format!(
                "what `{}` forwards beyond its own connections is not judged",
                lowering.world.borders[*border].name
            ),
            None => format!(
                "a route of `{}` leads to a virtual network gateway that is not in the input",
                self.address
            ),
        };
        let doubt = lowering
            .world
            .doubt(GapKind::NotJudged, what, Some(self.origin.clone()));
        let borders = own
            .into_iter()
            .map(|(border, why)| (Target::Border(border), why.and(&doubt)));
        borders.chain([(Target::Unknown, doubt.clone())]).collect()
    }
}
