//! Ways between networks that no route tells of, as gaps that name what they join.

use super::{Lowering, is_set};
use crate::ingest::terraform::Resource;
use crate::model::GapKind;

/// A resource type that joins a network to something by another way than routes and borders.
#[derive(Clone, Copy, Debug)]
pub struct Channel {
    /// The type.
    pub kind: &'static str,
    /// The service that carries the packets.
    pub service: &'static str,
    /// The attribute that names the near network, or something in it; empty where there is none.
    pub near: &'static str,
    /// The attribute that names the far end; empty where there is none.
    pub far: &'static str,
}

impl Channel {
    /// A line of a cloud's table.
    #[must_use]
    pub const fn new(
        kind: &'static str,
        service: &'static str,
        near: &'static str,
        far: &'static str,
    ) -> Self {
        Channel {
            kind,
            service,
            near,
            far,
        }
    }
}

impl<L> Lowering<'_, L> {
    /// Enters a gap that names what a channel joins.
    pub fn note_channel(&mut self, resource: &Resource, channel: &Channel) {
        let near = self
            .far_names(resource, channel.near)
            .map(|name| format!(" from {name}"))
            .unwrap_or_default();
        let far = self
            .far_names(resource, channel.far)
            .map(|name| format!(" to {name}"))
            .unwrap_or_default();
        let what = format!(
            "`{}` opens a way{near}{far} ({}): another channel across the border, which is not judged",
            resource.address, channel.service
        );
        self.world
            .doubt(GapKind::NotModelled, what, Some(resource.origin.clone()));
    }

    /// What an attribute names: addresses of resources, or ids.
    fn far_names(&self, resource: &Resource, path: &str) -> Option<String> {
        let value = resource.values.get(path);
        if path.is_empty() || !is_set(value) {
            return None;
        }
        let links = self.graph.follow(value, &[]);
        let own = links
            .targets
            .iter()
            .map(|target| self.graph.resources[target.resource].address.clone());
        let mut names: Vec<String> = own
            .chain(links.foreign)
            .map(|name| format!("`{name}`"))
            .collect();
        names.sort();
        names.dedup();
        (!names.is_empty()).then(|| names.join(", "))
    }
}
