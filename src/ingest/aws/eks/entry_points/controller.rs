//! The AWS Load Balancer Controller itself, as far as its version and its gates decide what it does.
//! Source: kubernetes-sigs/aws-load-balancer-controller, release notes of v2.6.0; documentation, "Controller configurations",
//! "Feature Gates".

use super::EntryPointContext;
use crate::ingest::kubernetes::Object;
use crate::ingest::yaml::Node;

/// The gate by which network load balancers get security groups.
pub const GATE: &str = "NLBSecurityGroup";

/// The name of its image, as of its repository.
const IMAGE: &str = "aws-load-balancer-controller";

/// The version from which network load balancers get security groups.
const GROUPS: (u32, u32) = (2, 6);

/// Whether the network load balancers that it makes have no security groups: it is older, or its flags say so.
#[must_use]
pub fn is_without_groups(entry_context: &EntryPointContext) -> bool {
    let webhook = entry_context.facts.plugins.webhook.as_ref();
    let by_release = webhook.is_some_and(|own| !own.groups);
    by_release || entry_context.objects.iter().any(says_so)
}

fn says_so(object: &Object) -> bool {
    let pods = object.node.get("spec.template.spec.containers");
    let all = pods.items();
    let mut own = all.iter().filter(|one| is_controller(one));
    own.any(|one| is_old(one) || is_off(one))
}

fn is_controller(container: &Node) -> bool {
    let image = container.get("image");
    let name = image.text().and_then(|image| image.rsplit('/').next());
    name.is_some_and(|name| name.split([':', '@']).next() == Some(IMAGE))
}

/// Whether the tag of the image is that of an older version: `v2.4.7`.
fn is_old(container: &Node) -> bool {
    let image = container.get("image");
    let tag = image.text().and_then(|image| image.rsplit_once(":v"));
    let mut parts = tag.into_iter().flat_map(|(_, tag)| tag.split('.'));
    let mut number = || parts.next().and_then(|part| part.parse::<u32>().ok());
    matches!((number(), number()), (Some(major), Some(minor)) if (major, minor) < GROUPS)
}

/// Whether an argument closes the gate: `--feature-gates=NLBSecurityGroup=false`.
fn is_off(container: &Node) -> bool {
    let off = format!("{GATE}=false");
    let arguments = container.get("args").items();
    arguments
        .iter()
        .any(|own| own.text().is_some_and(|text| text.contains(&off)))
}
