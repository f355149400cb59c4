//! Routes into a border that lead to more than the network behind it, and are narrowed to that.

use super::stuck::Stuck;
use crate::model::{
    AddressSet, Amendment, Border, Direction, Id, Network, Origin, Restriction, Route, RouteTable,
    Target, World,
};
use crate::rules::Finding;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A route into a border, by what declares it and where it leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WideRoute {
    address: Arc<str>,
    destination: AddressSet,
}

/// A route with its table and the border that it leads into.
struct Found<'w> {
    table: Id<RouteTable>,
    route: &'w Route,
    border: Id<Border>,
    origin: &'w Origin,
}

fn routes(world: &World) -> impl Iterator<Item = Found<'_>> {
    world.route_tables.iter().flat_map(|(table, own)| {
        own.routes.iter().filter_map(move |route| {
            let Target::Border(border) = route.target else {
                return None;
            };
            let origin = route.origin.as_ref()?;
            Some(Found {
                table,
                route,
                border,
                origin,
            })
        })
    })
}

fn destination(route: &Route) -> Option<AddressSet> {
    route.destination.map(AddressSet::of)
}

impl WideRoute {
    /// The route that a finding is about; none where it is about something else.
    #[must_use]
    pub fn of(finding: &Finding, world: &World) -> Option<Self> {
        let found = routes(world).find(|own| {
            own.origin.place == finding.place && *own.origin.address == *finding.subject
        })?;
        Some(WideRoute {
            address: found.origin.address.clone(),
            destination: destination(found.route)?,
        })
    }

    /// The change that narrows it to the networks behind the border, in a world that may be read from changed files.
    ///
    /// # Errors
    /// [`Stuck`] where these are not known, or it leads nowhere else.
    pub fn narrowed(&self, world: &World) -> Result<Amendment, Stuck> {
        let is_it = |own: &Found<'_>| {
            own.origin.address == self.address
                && destination(own.route).as_ref() == Some(&self.destination)
        };
        let all: Vec<Found<'_>> = routes(world).filter(is_it).collect();
        let first = all
            .first()
            .ok_or_else(|| Stuck::Doubtful(self.address.clone()))?;
        let mut behind = AddressSet::none();
        for own in &all {
            behind = behind.union(&self.behind(own, world)?);
        }
        let after = self.destination.intersection(&behind);
        if after == self.destination {
            return Err(Stuck::Needed(self.address.clone()));
        }
        Ok(Amendment::Restrict(Restriction {
            origin: first.origin.clone(),
            direction: Direction::Egress,
            before: self.destination.clone(),
            after,
        }))
    }

    /// The addresses of the networks on the other side, as far as they are certain.
    fn behind(&self, own: &Found<'_>, world: &World) -> Result<AddressSet, Stuck> {
        let doubtful = || Stuck::Doubtful(self.address.clone());
        let near: BTreeSet<Id<Network>> = world
            .subnets
            .iter()
            .filter(|(_, subnet)| subnet.tables.contains(&own.table))
            .map(|(_, subnet)| subnet.network)
            .collect();
        let legs = &world.borders[own.border].legs;
        let far: BTreeSet<Id<Network>> = legs
            .iter()
            .filter(|leg| near.contains(&leg.from))
            .map(|leg| leg.to)
            .collect();
        let is_certain = |id: &Id<Network>| {
            let network = &world.networks[*id];
            network.known && network.doubt.is_certain()
        };
        let certain = own.route.doubt.is_certain() && far.iter().all(is_certain);
        if far.is_empty() || !certain {
            return Err(doubtful());
        }
        let addresses = far.iter().map(|id| world.networks[*id].addresses.clone());
        Ok(addresses.collect())
    }
}
