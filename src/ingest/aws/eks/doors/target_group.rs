//! Target groups of Terraform's load balancers that a TargetGroupBinding fills with the pods of a Service.
//! Source: AWS Load Balancer Controller documentation, "TargetGroupBinding".

use super::Doorway;
use super::service::ports;
use crate::ingest::kubernetes::Object;
use crate::ingest::terraform::{Graph, Resource, Value};
use crate::model::{AddressSet, Door, Endpoint, Front, Id, Note, Protocol};

/// Adds the ways in by the listeners that forward to the target group of a binding.
pub fn lower(doorway: &mut Doorway, binding: &Object) {
    let namespace = binding.namespace_in(doorway.settings).to_owned();
    let spec = binding.node.get("spec");
    let name = spec.get("serviceRef.name").text().unwrap_or_default().to_owned();
    let wanted = spec.get("serviceRef.port").written().unwrap_or_default().to_owned();
    let group = ["targetGroupARN", "targetGroupName"].iter().find_map(|key| spec.get(key).text().map(str::to_owned));
    let graph = doorway.lowering.graph;
    let fronts = group.map_or_else(Vec::new, |group| fronts(doorway, graph, &group));
    let service = doorway.service(&namespace, &name).cloned();
    let (Some(service), false) = (service, fronts.is_empty()) else {
        doorway.unjudged(&binding.title(), "fills a target group whose load balancer or Service is not in the input", &binding.origin);
        return;
    };
    let workloads = doorway.behind(&service);
    for port in ports(&service).into_iter().filter(|port| port.name.as_ref() == Some(&wanted) || port.port.to_string() == wanted) {
        for (endpoint, protocol, listener) in &fronts {
            let filters =
                doorway.lowering.world.endpoints[*endpoint].attachments.first().map(|one| one.filters.clone()).unwrap_or_default();
            doorway.open(Door {
                name: format!("{} by its load balancer", binding.title()),
                front: Front::Endpoint(*endpoint, filters),
                protocol: *protocol,
                port: *listener,
                workloads: workloads.clone(),
                target: port.target.clone(),
                keeps_client: false,
                clients: AddressSet::all(),
                notes: vec![Note {
                    text: "the target group decides whether the client's address is kept".to_owned(),
                    origin: None,
                    assumed: false,
                }],
                origin: binding.origin.clone(),
            });
        }
    }
}

/// Load balancers, protocols and ports of the listeners that forward to a target group, given its ARN or name.
fn fronts(doorway: &Doorway, graph: &Graph, group: &str) -> Vec<(Id<Endpoint>, Protocol, u16)> {
    let groups: Vec<Id<Resource>> = graph.holding(group).iter().map(|target| target.resource).collect();
    let forwards = |value: &Value| {
        graph.follow(value, &["aws_lb_target_group", "aws_alb_target_group"]).targets.iter().any(|target| groups.contains(&target.resource))
    };
    let mut out = Vec::new();
    for (_, listener) in graph.of("aws_lb_listener").chain(graph.of("aws_alb_listener")) {
        let mut actions = listener.values.get("default_action").items().iter();
        if !actions.any(|action| forwards(action.get("target_group_arn"))) {
            continue;
        }
        let protocols: &[Protocol] = match listener.values.get("protocol").text() {
            Some("UDP") => &[Protocol::UDP],
            Some("TCP_UDP") => &[Protocol::TCP, Protocol::UDP],
            _ => &[Protocol::TCP],
        };
        let port = listener.values.get("port").integer().and_then(|port| u16::try_from(port).ok());
        let balancers = graph.follow(listener.values.get("load_balancer_arn"), &["aws_lb", "aws_alb"]);
        for target in &balancers.targets {
            let endpoint = doorway.lowering.lowered.endpoints.get(&target.resource);
            let front = endpoint.zip(port);
            out.extend(protocols.iter().filter_map(|protocol| front.map(|(endpoint, port)| (*endpoint, *protocol, port))));
        }
    }
    out.sort();
    out.dedup();
    out
}
