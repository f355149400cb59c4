//! Ingresses of which an application load balancer is made. Source: AWS Load Balancer Controller documentation, "Ingress
//! annotations", "IngressClass"; EKS user guide, "Create an IngressClass to configure an Application Load Balancer".

use super::balancer::{Asked, Balancer, anyone, callers, list, subnet_term};
use super::{BalancerListener, EntryPointContext, by_load_balancer};
use crate::ingest::aws::eks::selector_terms::Term;
use crate::ingest::kubernetes::Object;
use crate::ingest::kubernetes::service::{Port, annotation, ports};
use crate::ingest::yaml::Node;
use crate::model::{AddressSet, Doubt, GapKind, Labels, Note, Protocol};

/// What all annotations of such Ingresses begin with.
const FRONT: &str = "alb.ingress.kubernetes.io/";

/// Controllers that make application load balancers: that of the open project, and that of EKS Auto Mode.
const CONTROLLERS: [&str; 2] = ["ingress.k8s.aws/alb", "eks.amazonaws.com/alb"];

/// Adds the load balancer of an Ingress.
pub fn lower(entry_context: &mut EntryPointContext, ingress: &Object) {
    let class = match class(entry_context, ingress) {
        Class::Made(class) => class,
        Class::Other => return,
        Class::Absent(what) => return unknown(entry_context, ingress, &what),
    };
    let params = |path: &str| {
        class
            .parameters
            .as_ref()
            .map(|object| object.node.get(path))
            .filter(|node| !node.is_unset())
    };
    let texts = |path: &str| {
        params(path).map(|node| {
            node.items()
                .iter()
                .filter_map(|one| one.text().map(str::to_owned))
                .collect()
        })
    };
    let said = |name: &str| annotation(ingress, &format!("{FRONT}{name}"));
    let listeners = listeners(
        said("listen-ports").as_deref(),
        said("certificate-arn").is_some(),
    );
    let groups = list(said("security-groups"));
    let one = |path: &str| params(path).and_then(|node| node.text().map(str::to_owned));
    let scheme = one("spec.scheme").or_else(|| said("scheme"));
    let blocks: Vec<String> =
        texts("spec.inboundCIDRs").unwrap_or_else(|| list(said("inbound-cidrs")));
    let lists: Vec<String> =
        texts("spec.prefixListsIDs").unwrap_or_else(|| list(said("security-group-prefix-lists")));
    let asked = Asked {
        object: ingress,
        internal: scheme.is_none_or(|scheme| scheme == "internal"),
        subnets: match params("spec.subnets") {
            Some(node) => selector(&node),
            None => list(said("subnets"))
                .iter()
                .map(|name| subnet_term(name))
                .collect(),
        },
        clients: if groups.is_empty() {
            entry_context.clients(&blocks, &lists, &ingress.origin)
        } else {
            anyone()
        },
        groups,
        manages: said("manage-backend-security-group-rules").as_deref() == Some("true"),
        listeners: listeners
            .iter()
            .map(|port| (Protocol::TCP, *port))
            .collect(),
    };
    let balancer = entry_context.balancer(&asked);
    let by_address = one("spec.targetType")
        .or_else(|| said("target-type"))
        .map_or(class.auto_mode, |kind| kind == "ip");
    let front = Front {
        balancer,
        listeners,
        clients: callers(&asked.clients),
        by_address,
    };
    for (name, wanted) in backends(ingress) {
        backend(entry_context, ingress, &front, &name, &wanted);
    }
}

/// An Ingress whose class the input does not hold: some controller makes it real, or none.
fn unknown(entry_context: &mut EntryPointContext, ingress: &Object, what: &str) {
    let namespace = ingress.namespace_in(entry_context.settings).to_owned();
    let mut pods = Vec::new();
    for (name, _) in backends(ingress) {
        pods.extend(match entry_context.service(&namespace, &name) {
            Some(service) => entry_context.behind(service).workloads,
            None => entry_context.in_namespace(&namespace),
        });
    }
    pods.sort_unstable();
    pods.dedup();
    entry_context.undecided(
        ingress,
        &format!("{} by its controller", ingress.title()),
        GapKind::NotInInput,
        what,
        pods,
    );
}

/// What `spec.subnets` of `IngressClassParams` selects: ids, or tags that each have one of several values.
fn selector(node: &Node) -> Vec<Term> {
    let texts = |node: &Node| {
        node.items()
            .iter()
            .filter_map(|one| one.text().map(str::to_owned))
            .collect::<Vec<_>>()
    };
    let ids = texts(&node.get("ids"));
    if !ids.is_empty() {
        return ids
            .into_iter()
            .map(|id| Term {
                id: Some(id),
                ..Term::default()
            })
            .collect();
    }
    let mut all = vec![Labels::new()];
    for (key, values) in node.get("tags").entries() {
        let values = texts(&values);
        let with = |labels: &Labels| {
            let labels = labels.clone();
            let key = key.clone();
            values.iter().map(move |value| {
                labels
                    .iter()
                    .map(|(k, v)| (k.clone(), v.clone()))
                    .chain([(key.clone(), value.clone())])
                    .collect()
            })
        };
        all = all.iter().flat_map(with).collect();
    }
    all.into_iter()
        .filter(|tags| !tags.is_empty())
        .map(|tags| Term {
            tags,
            ..Term::default()
        })
        .collect()
}

/// The load balancer of an Ingress with its listeners.
struct Front {
    balancer: Balancer,
    listeners: Vec<u16>,
    clients: AddressSet,
    by_address: bool,
}

fn backend(
    entry_context: &mut EntryPointContext,
    ingress: &Object,
    front: &Front,
    name: &str,
    wanted: &str,
) {
    let namespace = ingress.namespace_in(entry_context.settings).to_owned();
    let Some(service) = entry_context.service(&namespace, name).cloned() else {
        let pods = entry_context.in_namespace(&namespace);
        let what = format!("forwards to Service `{name}`, which is not in the input");
        entry_context.undecided(
            ingress,
            &by_load_balancer(ingress),
            GapKind::NotInInput,
            &what,
            pods,
        );
        return;
    };
    let sends = Note {
        text: "an application load balancer calls with its own address".to_owned(),
        origin: None,
        assumed: false,
    };
    for port in ports(&service)
        .into_iter()
        .filter(|port| is_wanted(port, wanted))
    {
        for listener in &front.listeners {
            let way = BalancerListener {
                name: by_load_balancer(ingress),
                first: front.balancer.on(
                    (*listener, *listener),
                    (false, sends.clone()),
                    Doubt::none(),
                ),
                by_address: front.by_address,
                protocol: Protocol::TCP,
                clients: front.clients.clone(),
                origin: ingress.origin.clone(),
            };
            entry_context.lead(way, &service, &port);
        }
    }
}

/// Whether a port is the one that a reference means by name or number.
pub fn is_wanted(port: &Port, wanted: &str) -> bool {
    port.name.as_deref() == Some(wanted) || port.port.to_string() == wanted
}

/// The class of an Ingress.
enum Class {
    /// One of which an application load balancer is made.
    Made(Box<Made>),
    /// One of another controller, whose own objects open the way in.
    Other,
    /// One that the input does not hold; what it is, for the gap.
    Absent(String),
}

/// What a class of which an application load balancer is made says; what its parameters say goes before annotations.
struct Made {
    parameters: Option<Object>,
    auto_mode: bool,
}

/// The class of an Ingress: by name, or by its controller. The older annotation goes before the class, and takes no parameters.
fn class(entry_context: &EntryPointContext, ingress: &Object) -> Class {
    let plain = Class::Made(Box::new(Made {
        parameters: None,
        auto_mode: false,
    }));
    let older = annotation(ingress, "kubernetes.io/ingress.class");
    if older.as_deref() == Some("alb") {
        return plain;
    }
    let own = ingress
        .node
        .get("spec.ingressClassName")
        .text()
        .map(str::to_owned)
        .or(older);
    let is_default = |object: &&Object| {
        annotation(object, "ingressclass.kubernetes.io/is-default-class").as_deref() == Some("true")
    };
    let mut classes = entry_context
        .objects
        .iter()
        .filter(|object| object.is("networking.k8s.io", "IngressClass"));
    let object = match &own {
        Some(name) => classes.find(|object| object.name == *name),
        None => classes.find(is_default),
    };
    let Some(object) = object else {
        return match own.as_deref() {
            Some("alb") => plain,
            Some(name) => Class::Absent(format!("is of class `{name}`, which is not in the input")),
            None => Class::Absent(
                "names no class, and the input holds none that is the default".to_owned(),
            ),
        };
    };
    let controller = object
        .node
        .get("spec.controller")
        .text()
        .unwrap_or_default()
        .to_owned();
    let parameters = object
        .node
        .get("spec.parameters.name")
        .text()
        .map(str::to_owned);
    let is_meant =
        |one: &&Object| one.kind == "IngressClassParams" && Some(&one.name) == parameters.as_ref();
    let parameters = entry_context.objects.iter().find(is_meant).cloned();
    match CONTROLLERS.contains(&controller.as_str()) {
        true => Class::Made(Box::new(Made {
            parameters,
            auto_mode: controller == CONTROLLERS[1],
        })),
        false => Class::Other,
    }
}

/// `[{"HTTP": 80}, {"HTTPS": 443}]`; by default 80, or 443 where there is a certificate.
fn listeners(text: Option<&str>, certificate: bool) -> Vec<u16> {
    let default = if certificate { 443 } else { 80 };
    let parsed: Option<Vec<std::collections::BTreeMap<String, u16>>> =
        text.and_then(|text| serde_json::from_str(text).ok());
    parsed.map_or_else(
        || vec![default],
        |list| {
            list.into_iter()
                .flat_map(std::collections::BTreeMap::into_values)
                .collect()
        },
    )
}

/// Names of Services and of their ports, each once; those of an action that an annotation describes among them. Versions before
/// `v1` have `serviceName` and `servicePort`, and `spec.backend` for all else.
fn backends(ingress: &Object) -> Vec<(String, String)> {
    let rules = ingress.node.get("spec.rules").items();
    let paths = rules
        .iter()
        .flat_map(|rule| rule.get("http.paths").items())
        .map(|path| path.get("backend"));
    let mut out = Vec::new();
    let other = ["spec.defaultBackend", "spec.backend"].map(|path| ingress.node.get(path));
    for backend in other.into_iter().chain(paths) {
        let ports = ["service.port.name", "service.port.number", "servicePort"];
        let wanted = ports
            .iter()
            .find_map(|path| backend.get(path).written().map(str::to_owned));
        let name = ["service.name", "serviceName"].map(|path| backend.get(path));
        let name = name.iter().find_map(|node| node.text());
        if let (Some(name), Some(wanted)) = (name, wanted) {
            out.extend(if wanted == "use-annotation" {
                action(ingress, name)
            } else {
                vec![(name.to_owned(), wanted)]
            });
        }
    }
    out.sort();
    out.dedup();
    out
}

/// The Services that `alb.ingress.kubernetes.io/actions.NAME` forwards to.
fn action(ingress: &Object, name: &str) -> Vec<(String, String)> {
    let text = annotation(ingress, &format!("{FRONT}actions.{name}")).unwrap_or_default();
    let Ok(json) = serde_json::from_str::<serde_json::Value>(&text) else {
        return Vec::new();
    };
    let node = Node::from_json(&json, &ingress.origin.place);
    let groups = node.get("forwardConfig.targetGroups").items();
    let pair = |group: &Node| {
        Some((
            group.get("serviceName").text()?.to_owned(),
            group.get("servicePort").written()?.to_owned(),
        ))
    };
    groups.iter().filter_map(pair).collect()
}
