//! Ways into a cluster other than by a pod's own address: node ports, and load balancers that controllers make of Services
//! and Ingresses or that Terraform makes and a TargetGroupBinding fills.
//! Source: EKS user guide, "Route TCP and UDP traffic with Network Load Balancers", "Route application and HTTP traffic with
//! Application Load Balancers"; Kubernetes documentation, "Service".

mod balancer;
mod ingress;
mod load_balancer;
mod node_port;
mod service;
mod target_group;

use super::facts::Facts;
use crate::ingest::Settings;
use crate::ingest::aws::Lowering;
use crate::ingest::kubernetes::Object;
use crate::ingest::terraform::Resource;
use crate::model::{Cluster, Door, GapKind, Id, Origin};

/// What the ways in are found in.
pub struct Doorway<'a, 'l, 'g> {
    /// Terraform's resources, and the world.
    pub lowering: &'l mut Lowering<'g>,
    /// The cluster's resource.
    pub id: Id<Resource>,
    /// What Terraform says of the cluster.
    pub facts: &'a Facts,
    /// The cluster.
    pub cluster: Id<Cluster>,
    /// Its objects.
    pub objects: &'a [Object],
    /// Settings.
    pub settings: &'a Settings,
}

/// Adds all ways in, in the order of the objects.
pub fn lower(doorway: &mut Doorway) {
    for object in doorway.objects {
        match (object.group.as_str(), object.kind.as_str()) {
            ("", "Service") => {
                node_port::lower(doorway, object);
                load_balancer::lower(doorway, object);
            }
            ("networking.k8s.io", "Ingress") => ingress::lower(doorway, object),
            ("elbv2.k8s.aws" | "eks.amazonaws.com", "TargetGroupBinding") => target_group::lower(doorway, object),
            ("gateway.networking.k8s.io", "Gateway") => doorway.unjudged(&object.title(), "makes a way into the cluster", &object.origin),
            _ => {}
        }
    }
}

impl Doorway<'_, '_, '_> {
    /// Adds a way in. How far it is judged ends at its front, and a gap says so.
    fn open(&mut self, door: Door) {
        let what = format!("opens {} port {}", door.protocol.to_string().to_ascii_lowercase(), door.port);
        let (name, origin) = (door.name.clone(), door.origin.clone());
        self.unjudged(&name, &what, &origin);
        self.lowering.world.doors.push(door);
    }

    /// Notes a way in that is not judged.
    fn unjudged(&mut self, name: &str, what: &str, origin: &Origin) {
        let what = format!("{name} {what}: what comes to pods that way is not judged");
        self.lowering.world.doubt(GapKind::NotJudged, what, Some(origin.clone()));
    }
}
