//! The clouds: what they tell of their resource types, and the lowering of them all into one world.

use super::lowering::{OuterNetworks, multi_homed};
use super::site::Site;
use super::terraform::{Graph, ResourceTypes};
use super::{aws, azure, google};
use crate::model::World;
use std::sync::LazyLock;

/// The resource types of all clouds.
#[must_use]
pub fn resource_types() -> &'static ResourceTypes {
    static TYPES: LazyLock<ResourceTypes> = LazyLock::new(|| {
        ResourceTypes::of(&[
            aws::resource_types(),
            google::resource_types(),
            azure::resource_types(),
        ])
    });
    &TYPES
}

/// Lowers the resources of every cloud; the clusters among them.
pub fn lower<'g>(graph: &'g Graph, world: &mut World) -> Vec<Box<dyn Site + 'g>> {
    let mut outer = OuterNetworks::default();
    let mut lowered = aws::lower(graph, world);
    outer.extend(std::mem::take(&mut lowered.on_demand.outer));
    let mut sites = aws::eks::sites(graph, lowered, world);
    let mut lowered = google::lower(graph, world);
    outer.extend(std::mem::take(&mut lowered.on_demand.outer));
    sites.extend(google::gke::sites(graph, lowered, world));
    let mut lowered = azure::lower(graph, world);
    outer.extend(std::mem::take(&mut lowered.on_demand.outer));
    sites.extend(azure::aks::sites(graph, lowered, world));
    multi_homed::join(world);
    outer.close(world);
    sites
}
