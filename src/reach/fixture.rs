//! Worlds as text, for tests. One thing a line; what is indented belongs to the line before. `#` opens a comment.
//!
//! ```text
//! cluster main blocks:pods enforced:yes          (blocks:outside = address blocks match no pod; enforced:no, unknown)
//!   (services:seen, unknown = policies for egress see the address of a Service, or may)
//!   (own-node:no, unknown = policies do not, or may not, hold for what a pod sends to its own node)
//! namespace shop team=a                          (namespaces and labels; named ones appear by themselves)
//! pod shop/cart app=cart http:tcp/8080 at:10.0.0.5 host sa:robot
//!   place no at:10.0.0.0/24 node:10.0.1.9 translated:10.1.0.0/16 doubt   (a placement: enforced or not, addresses of pod, of node)
//! service shop/cart app=cart at:10.100.0.5 tcp/80:8080 tcp/81:http doubt   (selects by its labels; several addresses, or none)
//! policy NetworkPolicy shop/deny tier:5 by-mesh order:1 tied:x doubt inert for app=cart,!old
//!   ingress isolates
//!   ingress allow pods(app=web,ns.team=a)+block(10.0.0.0/8) tcp/80 named:http order:2 doubt
//!   egress deny anyone all for app=cart
//! ```
//! Selectors: `*`, `key=a|b`, `key`, `!…`, `ns.key=a`, `in:namespace`; `,` joins all. Peers: `anyone`, `world`, `pods(…)`,
//! `hosts(…)` (nodes of pods on the host network), `nodes(…)`, `block(…)`, `address(…)` (pods always); `!` negates, `&` joins all, `+` joins any. Every fact's origin is
//! its line.

use crate::model::{
    AddressSet, Attachment, Cluster, Doubt, Enforced, EntryPointTarget, GapKind, Id, LabelsOf,
    NamedPort, Namespace, Network, NetworkOwner, Note, Origin, Place, PodPlacement, Policy,
    PolicyAction, PolicyPeer, PolicyRule, PolicySide, PortName, Protocol, Selector, Service,
    ServiceAddressing, ServicePort, Tier, Traffic, Workload, World,
};

/// The world of a text.
pub(crate) fn world(text: &str) -> World {
    let mut world = World::default();
    for (number, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default();
        let words: Vec<&str> = line.split_whitespace().collect();
        let origin = origin(number + 1, line.trim());
        match words.split_first() {
            None => {}
            Some((&"cluster", rest)) => cluster(&mut world, rest, origin),
            Some((&"namespace", rest)) => {
                let id = namespace(&mut world, rest[0]);
                world.namespaces[id].labels.extend(labels(&rest[1..]));
                world.namespaces[id].declared = true;
                world.namespaces[id].origin = Some(origin);
            }
            Some((&"pod", rest)) => pod(&mut world, rest, origin),
            Some((&"service", rest)) => service(&mut world, rest, origin),
            Some((&"place", rest)) => place(&mut world, rest, &origin),
            Some((&"policy", rest)) => policy(&mut world, rest, origin),
            Some((direction @ (&"ingress" | &"egress"), rest)) => {
                side(&mut world, direction, rest, origin)
            }
            Some((word, _)) => panic!("`{word}` opens no line"),
        }
    }
    select_pods(&mut world);
    world
}

/// The pods behind each Service, wherever they stand in the text.
fn select_pods(world: &mut World) {
    for id in world.services.ids().collect::<Vec<_>>() {
        let service = &world.services[id];
        let behind = |(_, pod): &(_, &Workload)| {
            let asked = |(key, value)| pod.labels.get(key) == Some(value);
            let selects = !service.selector.is_empty();
            selects && pod.namespace == service.namespace && service.selector.iter().all(asked)
        };
        let pods = world.workloads.iter().filter(behind).map(|(id, _)| id);
        world.services[id].workloads = pods.collect();
    }
}

fn service(world: &mut World, words: &[&str], origin: Origin) {
    let (space, name) = words[0].split_once('/').unwrap();
    let namespace = namespace(world, space);
    let port = |word: &&str| {
        let (ports, target) = word.split_once(':')?;
        let (protocol, port) = ports.split_once('/')?;
        let port = port.parse().ok()?;
        Some(ServicePort {
            protocol: Protocol::parse(protocol)?,
            ports: (port, port),
            target: target.parse().map_or_else(
                |_| EntryPointTarget::Name(target.to_owned()),
                EntryPointTarget::Number,
            ),
        })
    };
    let addresses = words.iter().filter_map(|word| word.strip_prefix("at:"));
    let service = Service {
        cluster: world.namespaces[namespace].cluster,
        namespace,
        name: name.to_owned(),
        selector: labels(words).into_iter().collect(),
        addresses: addresses
            .map(|text| AddressSet::parse(text).unwrap())
            .collect(),
        ports: words.iter().filter_map(port).collect(),
        workloads: Vec::new(),
        doubt: doubt(world, words, &origin),
        origin,
    };
    world.services.push(service);
}

/// The workload `namespace/name`.
pub(crate) fn workload(world: &World, title: &str) -> Id<Workload> {
    world
        .workloads
        .ids()
        .find(|id| world.workload_title(*id) == title)
        .unwrap_or_else(|| panic!("no workload `{title}`"))
}

/// The origin of a line of the text.
fn origin(line: usize, text: &str) -> Origin {
    let place = Place {
        file: "world".into(),
        line: u32::try_from(line).unwrap(),
        column: 1,
        length: 0,
    };
    Origin {
        place,
        inner: None,
        address: text.into(),
        change: crate::model::Change::None,
    }
}

fn value<'a>(words: &[&'a str], key: &str) -> Option<&'a str> {
    words
        .iter()
        .find_map(|word| word.strip_prefix(key)?.strip_prefix(':'))
}

fn labels(words: &[&str]) -> Vec<(String, String)> {
    words
        .iter()
        .filter_map(|word| word.split_once('='))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

fn cluster(world: &mut World, words: &[&str], origin: Origin) {
    let enforced = enforced(world, value(words, "enforced").unwrap_or("yes"), &origin);
    let to_own_node = value(words, "own-node").map(|word| self::enforced(world, word, &origin));
    let unknown = |world: &mut World, what: &str| {
        world.doubt(GapKind::NotJudged, what.to_owned(), Some(origin.clone()))
    };
    let addressing = value(words, "services").map(|word| ServiceAddressing {
        doubt: if word == "seen" {
            Doubt::none()
        } else {
            unknown(world, "whether Services are seen")
        },
        unresolved: unknown(world, "addresses of Services"),
    });
    let id = world.clusters.push(Cluster {
        name: words[0].to_owned(),
        title: None,
        engine: "engine".to_owned(),
        enforced,
        blocks_match_pods: value(words, "blocks") != Some("outside"),
        to_own_node,
        unresolved: Doubt::none(),
        api_server: None,
        origin: Some(origin),
    });
    world
        .service_addressing
        .extend(addressing.map(|addressing| (id, addressing)));
}

fn enforced(world: &mut World, word: &str, origin: &Origin) -> Enforced {
    let note = Note {
        text: "a test says so".to_owned(),
        origin: Some(origin.clone()),
        assumed: false,
    };
    match word {
        "yes" => Enforced::Yes(note),
        "no" => Enforced::No(note),
        _ => Enforced::Unknown(
            note,
            world.doubt(GapKind::UnknownValue, "enforcement", Some(origin.clone())),
        ),
    }
}

fn place(world: &mut World, words: &[&str], origin: &Origin) {
    let network = world.networks.ids().last().unwrap_or_else(|| {
        let name = "network".to_owned();
        let addresses = AddressSet::parse("10.0.0.0/8").unwrap();
        world.networks.push(Network {
            name,
            addresses,
            owner: NetworkOwner::default(),
            known: true,
            doubt: Doubt::none(),
            origin: None,
        })
    });
    let attachment = |text: &str| Attachment {
        network,
        subnet: None,
        addresses: AddressSet::parse(text).unwrap(),
        filters: Vec::new(),
        interface: 0,
        doubt: Doubt::none(),
        origin: None,
    };
    let mut pod = attachment("10.0.0.0/8");
    pod.addresses = value(words, "at")
        .map(|text| AddressSet::parse(text).unwrap())
        .unwrap_or_default();
    let pod_placement = PodPlacement {
        name: "place".to_owned(),
        pool: None,
        pod,
        node: value(words, "node").map(attachment),
        translated: value(words, "translated")
            .map(|text| AddressSet::parse(text).unwrap())
            .unwrap_or_default(),
        source_address: Note {
            text: "its own".to_owned(),
            origin: None,
            assumed: false,
        },
        enforced: enforced(world, words[0], origin),
        doubt: doubt(world, words, origin),
    };
    let id = world
        .workloads
        .ids()
        .last()
        .expect("a pod stands before its places");
    world.workloads[id].pod_placements.push(pod_placement);
}

fn last_cluster(world: &mut World) -> Id<Cluster> {
    if world.clusters.is_empty() {
        cluster(world, &["main"], origin(0, "cluster"));
    }
    world.clusters.ids().last().unwrap()
}

fn namespace(world: &mut World, name: &str) -> Id<Namespace> {
    let cluster = last_cluster(world);
    let known = world
        .namespaces
        .iter()
        .find(|(_, one)| one.cluster == cluster && one.name == name)
        .map(|(id, _)| id);
    known.unwrap_or_else(|| {
        let labels = [("kubernetes.io/metadata.name".to_owned(), name.to_owned())].into();
        let name = name.to_owned();
        world.namespaces.push(Namespace {
            cluster,
            name,
            labels,
            annotations: [].into(),
            declared: false,
            origin: None,
        })
    })
}

fn pod(world: &mut World, words: &[&str], origin: Origin) {
    let (space, name) = words[0].split_once('/').unwrap();
    let namespace = namespace(world, space);
    let ports = words.iter().filter_map(|word| {
        let (name, port) = word.split_once(':')?;
        let (protocol, port) = port.split_once('/')?;
        Some(NamedPort {
            name: name.to_owned(),
            protocol: Protocol::parse(protocol)?,
            port: port.parse().ok()?,
        })
    });
    let workload = Workload {
        cluster: world.namespaces[namespace].cluster,
        namespace,
        name: name.to_owned(),
        kind: "Deployment".to_owned(),
        labels: labels(words).into_iter().collect(),
        annotations: [].into(),
        service_account: value(words, "sa").unwrap_or("default").to_owned(),
        service_account_labels: [].into(),
        named_ports: ports.collect(),
        host_network: words.contains(&"host"),
        outside: Doubt::none(),
        privileges: Default::default(),
        addresses: value(words, "at")
            .map(|text| AddressSet::parse(text).unwrap())
            .unwrap_or_default(),
        pod_placements: Default::default(),
        origin,
    };
    world.workloads.push(workload);
}

fn doubt(world: &mut World, words: &[&str], origin: &Origin) -> Doubt {
    let doubted = words.contains(&"doubt");
    if doubted {
        world.doubt(
            GapKind::NotJudged,
            origin.address.to_string(),
            Some(origin.clone()),
        )
    } else {
        Doubt::none()
    }
}

fn policy(world: &mut World, words: &[&str], origin: Origin) {
    let about = words
        .iter()
        .position(|word| *word == "for")
        .unwrap_or(words.len());
    let subject = selector(words.get(about + 1).copied().unwrap_or("*"));
    let (words, name) = (
        &words[..about],
        words[1].rsplit('/').next().unwrap().to_owned(),
    );
    let space = words[1].split_once('/').map(|(space, _)| space);
    let namespace = space.map(|space| namespace(world, space));
    let inside = space.map(|space| Selector::InNamespace(space.to_owned()));
    let rank = value(words, "tier").map_or(Tier::NAMESPACED, |text| text.parse().unwrap());
    let policy = Policy {
        cluster: last_cluster(world),
        kind: ["NetworkPolicy", "AdminNetworkPolicy", Policy::NO_OBJECT]
            .into_iter()
            .find(|kind| *kind == words[0])
            .unwrap_or("OtherPolicy"),
        name,
        namespace,
        tier: Tier {
            rank,
            name: rank.to_string(),
            enforced_by_mesh: words.contains(&"by-mesh"),
        },
        order: value(words, "order").map_or(0, |text| text.parse().unwrap()),
        subject: inside.map_or(subject.clone(), |inside| {
            Selector::All(vec![inside, subject])
        }),
        ingress: None,
        egress: None,
        inert: words
            .contains(&"inert")
            .then(|| "a test says so".to_owned()),
        doubt: doubt(world, words, &origin),
        order_doubt: value(words, "tied").map_or_else(Doubt::none, |word| {
            world.doubt(GapKind::NotJudged, format!("order of {word}"), None)
        }),
        origin,
    };
    world.policies.push(policy);
}

fn side(world: &mut World, direction: &str, words: &[&str], origin: Origin) {
    let doubt = doubt(world, words, &origin);
    let id = world
        .policies
        .ids()
        .last()
        .expect("a policy stands before its rules");
    let policy = &mut world.policies[id];
    let side = if direction == "ingress" {
        &mut policy.ingress
    } else {
        &mut policy.egress
    };
    let side = side.get_or_insert_with(|| PolicySide {
        isolates: false,
        rules: Vec::new(),
        origin: origin.clone(),
    });
    let action = match words.first() {
        None => return,
        Some(&"isolates") => return side.isolates = true,
        Some(&"allow") => PolicyAction::Allow,
        Some(&"deny") => PolicyAction::Deny,
        Some(&"pass") => PolicyAction::Pass,
        Some(word) => panic!("`{word}` is no action"),
    };
    let about = words
        .iter()
        .position(|word| *word == "for")
        .unwrap_or(words.len());
    let subject = words
        .get(about + 1)
        .map_or(Selector::Everything, |text| selector(text));
    let words = &words[..about];
    let named = words.iter().filter_map(|word| word.strip_prefix("named:"));
    side.rules.push(PolicyRule {
        order: value(words, "order").map_or(0, |text| text.parse().unwrap()),
        action,
        subject,
        peer: peer(words[1]),
        traffic: words[2..].iter().filter_map(|word| traffic(word)).collect(),
        named_ports: named
            .map(|name| PortName {
                name: name.to_owned(),
                protocol: None,
            })
            .collect(),
        doubt,
        origin,
    });
}

/// `all`, `tcp`, `tcp/80`, `tcp/80-90`; none for other words.
pub(crate) fn traffic(word: &str) -> Option<Traffic> {
    if word == "all" {
        return Some(Traffic::all());
    }
    let (protocol, ports) = word
        .split_once('/')
        .map_or((word, None), |(protocol, ports)| (protocol, Some(ports)));
    let protocol = Protocol::parse(protocol)?;
    let Some(ports) = ports else {
        return Some(Traffic::protocol(protocol));
    };
    let (low, high) = ports.split_once('-').unwrap_or((ports, ports));
    Some(Traffic::ports(
        protocol,
        low.parse().unwrap(),
        high.parse().unwrap(),
    ))
}

fn selector(text: &str) -> Selector {
    let parts: Vec<&str> = text.split(',').collect();
    if parts.len() > 1 {
        return Selector::All(parts.into_iter().map(selector).collect());
    }
    if let Some(inner) = text.strip_prefix('!') {
        return Selector::Not(Box::new(selector(inner)));
    }
    if let Some(name) = text.strip_prefix("in:") {
        return Selector::InNamespace(name.to_owned());
    }
    let (of, text) = text
        .strip_prefix("ns.")
        .map_or((LabelsOf::Pod, text), |rest| (LabelsOf::Namespace, rest));
    match text.split_once('=') {
        None if text == "*" => Selector::Everything,
        None if text == "nobody" => Selector::Nothing,
        None => Selector::Exists(of, text.to_owned()),
        Some((key, values)) => Selector::In(
            of,
            key.to_owned(),
            values.split('|').map(str::to_owned).collect(),
        ),
    }
}

fn peer(text: &str) -> PolicyPeer {
    let split = |by: char| text.split(by).collect::<Vec<_>>();
    if text.contains('+') {
        return PolicyPeer::Any(split('+').into_iter().map(peer).collect());
    }
    if text.contains('&') {
        return PolicyPeer::All(split('&').into_iter().map(peer).collect());
    }
    if let Some(inner) = text.strip_prefix('!') {
        return PolicyPeer::Not(Box::new(peer(inner)));
    }
    let (word, inner) = text
        .strip_suffix(')')
        .and_then(|text| text.split_once('('))
        .unwrap_or((text, ""));
    let addresses = || {
        inner
            .split(',')
            .map(|block| AddressSet::parse(block).unwrap())
            .collect()
    };
    match word {
        "anyone" => PolicyPeer::Anyone,
        "world" => PolicyPeer::World,
        "pods" => PolicyPeer::Pods(selector(inner)),
        "hosts" => PolicyPeer::NodesOfPods(selector(inner)),
        "nodes" => PolicyPeer::Nodes(selector(inner)),
        "block" => PolicyPeer::Addresses(addresses()),
        "address" => PolicyPeer::AddressesOfPodsToo(addresses()),
        _ => panic!("`{word}` is no peer"),
    }
}
