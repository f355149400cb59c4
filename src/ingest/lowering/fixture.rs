//! Small graphs, and the worlds that they become, as text.

use crate::ingest::terraform::{
    By, Draft, Graph, Mode, Reference, Resource, Target as Attribute, Value,
};
use crate::model::*;
use std::fmt::Write;
use std::sync::Arc;

/// What lowers a graph into a world.
pub type Lower = fn(&Graph, &mut World);

/// Lowers a graph and compares the lines of the wanted sorts (`network`, `subnet`, `table`, `filter`, `border`, `endpoint`,
/// `host`, `gap`), each side trimmed line by line. `what` may name a thing after the sort: `table aws_route_table.a`.
pub fn check(lower: Lower, graph: &str, what: &[&str], expected: &str) {
    let drawn = drawn(lower, graph);
    let wanted = |line: &&str| {
        what.iter().any(|what| {
            *line == *what
                || [" ", ":"]
                    .iter()
                    .any(|end| line.starts_with(&format!("{what}{end}")))
        })
    };
    let mut found: Vec<&str> = Vec::new();
    let mut inside = false;
    for line in drawn.lines() {
        if !line.starts_with(' ') {
            inside = wanted(&line);
        }
        if inside {
            found.push(line.trim());
        }
    }
    let expected: Vec<&str> = expected
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    assert_eq!(
        found.join("\n"),
        expected.join("\n"),
        "\n--- all of it:\n{drawn}"
    );
}

/// The world that a graph becomes, as text.
pub fn drawn(lower: Lower, text: &str) -> String {
    let graph = graph(text);
    let mut world = World::default();
    lower(&graph, &mut world);
    draw(&world)
}

/// One resource a line: `[data ]address {"attribute": value}`, of another plan than the others where it says `"input": 1`. In values `"?"` is unknown, `"?c"` is left to the provider,
/// `"@address.attribute"` is a reference, `"@a.id|b.id"` one of which only one is right, `"@a.id|?"` one that may lead elsewhere; in a text that begins with `~`,
/// `<a.id>`, `<?>` and `<*>` are parts that are known only after apply: an attribute, one word, and anything.
pub fn graph(text: &str) -> Graph {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let parsed: Vec<(bool, &str, &str)> = lines
        .map(|line| {
            let (mode, line) = line
                .strip_prefix("data ")
                .map_or((false, line), |line| (true, line));
            let (address, json) = line.split_once(' ').unwrap_or((line, "{}"));
            (mode, address, json)
        })
        .collect();
    // Ids are positions, so references can be made before all resources are in.
    let mut graph = Graph::new(crate::ingest::resource_types());
    let mut ids = Vec::new();
    for (number, (data, address, _)) in parsed.iter().enumerate() {
        let (kind, name) = address.split_once('.').unwrap();
        let full = if *data {
            format!("data.{address}")
        } else {
            (*address).to_owned()
        };
        let place = Place {
            file: Arc::from("main.tf"),
            line: u32::try_from(number).unwrap() + 1,
            column: 1,
            length: 0,
        };
        let origin = Origin {
            place,
            inner: None,
            address: Arc::from(full.as_str()),
            change: Change::None,
        };
        ids.push((
            full.clone(),
            graph.add(Resource {
                address: full,
                module: String::new(),
                kind: kind.to_owned(),
                name: name.to_owned(),
                mode: if *data { Mode::Data } else { Mode::Managed },
                input: 0,
                values: Value::Null,
                region: None,
                account: None,
                provider: None,
                kept: Default::default(),
                presence: crate::ingest::terraform::Presence::Sure,
                origin,
                lines: Default::default(),
            }),
        ));
    }
    for ((_, id), (_, _, json)) in ids.iter().zip(&parsed) {
        let json: serde_json::Value =
            serde_json::from_str(json).unwrap_or_else(|wrong| panic!("{json}: {wrong}"));
        let values = value(&json, &ids);
        graph.resources[*id].region = values.get("region").text().map(str::to_owned);
        graph.resources[*id].account = values.get("owner_id").text().map(str::to_owned);
        if let serde_json::Value::Number(input) = &json["input"] {
            graph.resources[*id].input = usize::try_from(input.as_u64().unwrap()).unwrap();
        }
        let provider = values.get("provider").text().unwrap_or("default");
        graph.resources[*id].provider = Some(provider.to_owned());
        graph.resources[*id].values = values;
    }
    graph.index();
    graph
}

fn value(json: &serde_json::Value, ids: &[(String, Id<Resource>)]) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Bool(*value),
        serde_json::Value::Number(number) => Value::Number(number.as_f64().unwrap()),
        serde_json::Value::String(text) if text == "?" => Value::Unknown,
        serde_json::Value::String(text) if text == "?c" => Value::Computed,
        serde_json::Value::String(text) if text.starts_with('~') => draft(text, ids),
        serde_json::Value::String(text) => text
            .strip_prefix('@')
            .map_or(Value::Text(text.clone()), |text| reference(text, ids)),
        serde_json::Value::Array(items) => {
            Value::List(items.iter().map(|item| value(item, ids)).collect())
        }
        serde_json::Value::Object(map) => Value::Map(
            map.iter()
                .map(|(key, inner)| (key.as_str().into(), value(inner, ids)))
                .collect(),
        ),
    }
}

fn draft(text: &str, ids: &[(String, Id<Resource>)]) -> Value {
    let mut out = Draft {
        text: String::new(),
        base64: false,
        targets: Vec::new(),
    };
    let marked = text.chars().skip(1).collect::<String>();
    for (n, part) in marked.split(['<', '>']).enumerate() {
        match part {
            known if n % 2 == 0 => out.text.push_str(known),
            "?" => out.text.push_str(Draft::UNRESOLVED),
            "*" => out.text.push_str(Draft::LOOSE),
            attribute => {
                let Value::Reference(found) = reference(attribute, ids) else {
                    continue;
                };
                out.text.push_str(&found.targets[0].marker());
                out.targets.extend(found.targets.iter().cloned());
            }
        }
    }
    Value::Draft(out)
}

fn reference(text: &str, ids: &[(String, Id<Resource>)]) -> Value {
    let targets: Vec<Attribute> = text
        .split('|')
        .filter(|one| *one != "?")
        .map(|one| {
            let (address, resource) = ids
                .iter()
                .filter(|(address, _)| one.starts_with(&format!("{address}.")))
                .max_by_key(|(a, _)| a.len())
                .unwrap();
            Attribute {
                resource: *resource,
                attribute: one.split_at(address.len() + 1).1.to_owned().into(),
            }
        })
        .collect();
    let closed = !text.ends_with("|?");
    let exact = closed && targets.len() == 1;
    Value::Reference(Reference {
        targets: targets.into(),
        exact,
        closed,
        by: By::Reference,
    })
}

/// The world as text; `?` marks what is in doubt.
fn draw(world: &World) -> String {
    let mut out = String::new();
    let mark = |doubt: &Doubt| if doubt.is_certain() { "" } else { " ?" };
    for (_, network) in world.networks.iter() {
        let known = if network.known { "" } else { " not held" };
        writeln!(
            out,
            "network {} {}{known}{}",
            network.name,
            short(&network.addresses),
            mark(&network.doubt)
        )
        .unwrap();
    }
    for (_, subnet) in world.subnets.iter() {
        let tables: Vec<&str> = subnet
            .tables
            .iter()
            .map(|id| world.route_tables[*id].name.as_str())
            .collect();
        let filters: Vec<&str> = subnet
            .filters
            .iter()
            .map(|id| world.filters[*id].name.as_str())
            .collect();
        let network = &world.networks[subnet.network].name;
        let doubt = mark(&subnet.doubt);
        writeln!(
            out,
            "subnet {} of {network} {} by {} [{}]{doubt}",
            subnet.name,
            short(&subnet.addresses),
            tables.join(" or "),
            filters.join(", ")
        )
        .unwrap();
    }
    draw_tables(world, &mut out);
    draw_filters(world, &mut out);
    for (_, border) in world.borders.iter() {
        writeln!(out, "link {}: {}", border.name, border.state).unwrap();
        for leg in &border.legs {
            draw_leg(world, leg, &mut out);
        }
    }
    draw_endpoints(world, &mut out);
    for own in &world.host_services {
        let network = &world.networks[own.network].name;
        let (title, addresses, doubt) = (own.title, &own.addresses, mark(&own.doubt));
        writeln!(out, "host {title} in {network}: {addresses}{doubt}").unwrap();
    }
    for (_, gap) in world.gaps.iter() {
        writeln!(out, "gap {} {}", gap.kind.word(), gap.what).unwrap();
    }
    out
}

fn draw_tables(world: &World, out: &mut String) {
    let mark = |doubt: &Doubt| if doubt.is_certain() { "" } else { " ?" };
    for (_, table) in world.route_tables.iter() {
        writeln!(out, "table {}", table.name).unwrap();
        for route in &table.routes {
            let destination = route
                .destination
                .map_or("anything".to_owned(), |block| block.to_string());
            let rank = if route.rank == 0 {
                String::new()
            } else {
                format!(" rank {}", route.rank)
            };
            writeln!(
                out,
                "  {destination} -> {}{rank}{}",
                target(world, &route.target),
                mark(&route.doubt)
            )
            .unwrap();
        }
    }
}

fn draw_endpoints(world: &World, out: &mut String) {
    let mark = |doubt: &Doubt| if doubt.is_certain() { "" } else { " ?" };
    for (_, endpoint) in world.endpoints.iter() {
        let only = match (endpoint.answers_only, endpoint.opens_only) {
            (true, _) => " (answers only)",
            (_, true) => " (opens only)",
            _ => "",
        };
        writeln!(out, "endpoint {} {}{only}", endpoint.name, endpoint.kind).unwrap();
        for attachment in &endpoint.attachments {
            let subnet = attachment.subnet.map_or(
                format!("somewhere in {}", world.networks[attachment.network].name),
                |id| world.subnets[id].name.clone(),
            );
            let filters: Vec<&str> = attachment
                .filters
                .iter()
                .map(|id| world.filters[*id].name.as_str())
                .collect();
            writeln!(
                out,
                "  {subnet} {} [{}]{}",
                short(&attachment.addresses),
                filters.join(", "),
                mark(&attachment.doubt)
            )
            .unwrap();
        }
    }
}

fn draw_filters(world: &World, out: &mut String) {
    let mark = |doubt: &Doubt| if doubt.is_certain() { "" } else { " ?" };
    for (_, filter) in world.filters.iter() {
        writeln!(out, "filter {}{}", filter.name, mark(&filter.doubt)).unwrap();
        for (way, rules) in [("in", &filter.ingress), ("out", &filter.egress)] {
            for rule in rules {
                let order = if rule.order == 0 {
                    String::new()
                } else {
                    format!("{} ", rule.order)
                };
                let action = match rule.action {
                    FilterAction::Allow => String::new(),
                    FilterAction::Deny => "deny ".to_owned(),
                    FilterAction::Skip(to) => format!("skip to {to} "),
                };
                let peer = match &rule.peer {
                    FilterPeer::Addresses(addresses) => short(addresses),
                    FilterPeer::Members(group) => {
                        format!("members of {}", world.filters[*group].name)
                    }
                };
                let own = match &rule.own {
                    FilterPeer::Addresses(addresses) if *addresses == AddressSet::all() => {
                        String::new()
                    }
                    FilterPeer::Addresses(addresses) => format!(" to {}", short(addresses)),
                    FilterPeer::Members(group) => {
                        format!(" to members of {}", world.filters[*group].name)
                    }
                };
                writeln!(
                    out,
                    "  {way} {order}{action}{}, {peer}{own}{}",
                    rule.traffic,
                    mark(&rule.doubt)
                )
                .unwrap();
            }
        }
    }
}

fn draw_leg(world: &World, leg: &Leg, out: &mut String) {
    let [from, to] = [leg.from, leg.to].map(|id| world.networks[id].name.as_str());
    let members = match leg.keeps_members.as_slice() {
        [] => "",
        [Direction::Ingress] => " members in",
        _ => " members",
    };
    let entry = leg.entry.as_ref().map(|subnets| {
        subnets
            .iter()
            .map(|id| world.subnets[*id].name.clone())
            .collect::<Vec<_>>()
            .join(", ")
    });
    let entry = entry
        .map(|entry| format!(" by {entry}"))
        .unwrap_or_default();
    let filters: Vec<String> = leg
        .filters
        .iter()
        .map(|(id, way)| format!("{} {way:?}", world.filters[*id].name))
        .collect();
    let filters = if filters.is_empty() {
        String::new()
    } else {
        format!(" [{}]", filters.join(", "))
    };
    let unjudged: Vec<&str> = leg
        .unjudged
        .iter()
        .map(|id| &world.subnets[*id])
        .filter(|subnet| {
            subnet
                .filters
                .iter()
                .any(|id| world.filters[*id].origin.is_some())
        })
        .map(|subnet| subnet.name.as_str())
        .collect();
    let unjudged = if unjudged.is_empty() {
        String::new()
    } else {
        format!(" unjudged in {}", unjudged.join(", "))
    };
    let doubt = if leg.doubt.is_certain() { "" } else { " ?" };
    writeln!(
        out,
        "  {from}{entry} -> {to}: {} -> {}{members}{filters}{unjudged}{doubt}",
        short(&leg.sources),
        short(&leg.destinations)
    )
    .unwrap();
    for (text, _) in &leg.because {
        writeln!(out, "    {text}").unwrap();
    }
}

fn target(world: &World, target: &Target) -> String {
    match target {
        Target::Local => "local".to_owned(),
        Target::Border(border) => world.borders[*border].name.clone(),
        Target::Drop(why) => format!("drop ({why})"),
        Target::NatGateway(endpoint) => {
            format!("translated by {}", world.endpoints[*endpoint].name)
        }
        Target::Outside(way) => way.clone(),
        Target::Unknown => "unknown".to_owned(),
    }
}

fn short(addresses: &AddressSet) -> String {
    if *addresses == AddressSet::all() {
        return "any address".to_owned();
    }
    if addresses.blocks().len() > 8 {
        format!("all but {}", AddressSet::all().difference(addresses))
    } else {
        addresses.to_string()
    }
}
