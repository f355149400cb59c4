//! Joins what one input makes with what another one looks for, where no id is known yet: by tags, name, owner and region. All of it is
//! assumed, for another thing with the same tags may stand outside of the input.

use super::graph::Graph;
use super::mode::Mode;
use super::resource::Resource;
use super::resource::{By, Reference, Target, Value};
use crate::model::Id;

const ACCEPTER: &str = "aws_vpc_peering_connection_accepter";
const CONNECTION: &str = "aws_vpc_peering_connection";

/// What is assumed of a resource.
struct Joined {
    resource: Id<Resource>,
    /// The attribute that names what it looks for.
    attribute: &'static str,
    /// What fits; one, but for a data source that lists many.
    fitting: Vec<Id<Resource>>,
}

/// Gives data sources that are read only while applying, and accepters of a connection that is not known yet, the one resource
/// of the input that fits. Where several fit, nothing is assumed.
pub fn join(graph: &mut Graph) {
    let found: Vec<Joined> = graph
        .resources
        .iter()
        .filter_map(|(id, own)| sought(graph, id, own))
        .collect();
    for Joined {
        resource,
        attribute,
        fitting,
    } in found
    {
        let mut references: Vec<Value> = fitting.into_iter().map(assumed).collect();
        let value = if attribute == "ids" {
            Value::List(references)
        } else {
            references.pop().unwrap_or_default()
        };
        if let Value::Map(values) = &mut graph.resources[resource].values {
            values.insert(attribute.into(), value);
        }
    }
}

fn assumed(resource: Id<Resource>) -> Value {
    let targets = [Target {
        resource,
        attribute: "id".into(),
    }];
    Value::Reference(Reference {
        targets: targets.into(),
        exact: false,
        closed: false,
        by: By::Assumed,
    })
}

/// What a data source or accepter looks for; none where its id is known, or nothing fits, or several things do.
fn sought(graph: &Graph, resource: Id<Resource>, own: &Resource) -> Option<Joined> {
    let one = |fitting: Vec<Id<Resource>>, attribute| {
        (fitting.len() == 1).then_some(Joined {
            resource,
            attribute,
            fitting,
        })
    };
    let open =
        |attribute: &str| matches!(own.values.get(attribute), Value::Unknown | Value::Computed);
    let managed = |kind: &str| {
        graph
            .of(kind)
            .filter(|(_, other)| other.mode == Mode::Managed)
            .collect::<Vec<_>>()
    };
    if own.kind == ACCEPTER && open("vpc_peering_connection_id") {
        let fitting = managed(CONNECTION)
            .into_iter()
            .filter(|(_, other)| is_asked(own, other))
            .map(|(id, _)| id)
            .collect();
        return one(fitting, "vpc_peering_connection_id");
    }
    if own.mode != Mode::Data || !open("id") && !open("ids") {
        return None;
    }
    let fit = |kind: &str| -> Vec<Id<Resource>> {
        managed(kind)
            .into_iter()
            .filter(|(_, other)| own.may_be(other) && fits(own, other))
            .map(|(id, _)| id)
            .collect()
    };
    match own.kind.strip_suffix('s').filter(|_| open("ids")) {
        Some(kind) => Some(Joined {
            resource,
            attribute: "ids",
            fitting: fit(kind),
        })
        .filter(|own| !own.fitting.is_empty()),
        None => one(fit(&own.kind), "id"),
    }
}

/// Whether a connection of another input asks the account and region of an accepter to accept it.
fn is_asked(accepter: &Resource, connection: &Resource) -> bool {
    let asked = |attribute: &str| connection.values.get(attribute).text();
    connection.input != accepter.input
        && asked("peer_owner_id").is_some_and(|owner| accepter.account.as_deref() == Some(owner))
        && asked("peer_region")
            .or(connection.region.as_deref())
            .is_none_or(|region| accepter.region.as_deref().is_none_or(|own| own == region))
}

/// Whether a resource has every tag and name that a data source asks for; false where it asks for none.
fn fits(data: &Resource, other: &Resource) -> bool {
    let asked = asked(data);
    !asked.is_empty()
        && asked
            .iter()
            .all(|(key, values)| held(other, key).is_some_and(|own| values.contains(&own)))
}

/// Tags (`tag:Name`) and attributes that a data source selects by, each with the values that it takes.
fn asked(data: &Resource) -> Vec<(String, Vec<&str>)> {
    let mut out: Vec<(String, Vec<&str>)> = Vec::new();
    if let Value::Map(tags) = data.values.get("tags") {
        out.extend(
            tags.iter()
                .filter_map(|(key, value)| Some((format!("tag:{key}"), vec![value.text()?]))),
        );
    }
    for filter in data.values.get("filter").items() {
        let values: Vec<&str> = filter
            .get("values")
            .items()
            .iter()
            .filter_map(Value::text)
            .collect();
        if let Some(name) = filter
            .get("name")
            .text()
            .filter(|name| name.starts_with("tag:") && !values.is_empty())
        {
            out.push((name.to_owned(), values));
        }
    }
    let text = |name: &'static str| {
        data.values
            .get(name)
            .text()
            .filter(|text| !text.is_empty())
            .map(|text| (name.to_owned(), vec![text]))
    };
    out.extend(
        ["name", "cidr_block", "peer_vpc_id", "peer_owner_id"]
            .into_iter()
            .filter_map(text),
    );
    out
}

fn held<'r>(resource: &'r Resource, key: &str) -> Option<&'r str> {
    let Some(tag) = key.strip_prefix("tag:") else {
        return resource.values.get(key).text();
    };
    ["tags_all", "tags"]
        .into_iter()
        .find_map(|name| match resource.values.get(name) {
            Value::Map(tags) => tags.get(tag)?.text(),
            _ => None,
        })
}

#[cfg(test)]
mod tests {
    use crate::ingest::terraform::testing::file;
    use crate::ingest::terraform::testing::read;
    use crate::ingest::{Kind, PlanPhase};

    fn plan(changes: &str) -> String {
        format!(
            r#"{{"format_version":"1.2","planned_values":{{}},"resource_changes":[{changes}]}}"#
        )
    }

    fn change(address: &str, mode: &str, after: &str, unknown: &str) -> String {
        let kind = address
            .trim_start_matches("data.")
            .split('.')
            .next()
            .unwrap();
        let action = if mode == "data" { "read" } else { "create" };
        format!(
            r#"{{"address":"{address}","mode":"{mode}","type":"{kind}","change":{{"actions":["{action}"],"after":{after},"after_unknown":{unknown}}}}}"#
        )
    }

    /// What a data source of one plan becomes, where another plan makes networks with these attributes.
    fn check(data: &str, made: &[&str], expected: &[&str]) {
        let made: Vec<String> = made
            .iter()
            .enumerate()
            .map(|(n, after)| {
                change(
                    &format!("aws_subnet.s{n}"),
                    "managed",
                    after,
                    r#"{"id":true}"#,
                )
            })
            .collect();
        let kind = if data.contains("plural") {
            "aws_subnets"
        } else {
            "aws_subnet"
        };
        let found = change(
            &format!("data.{kind}.d"),
            "data",
            data,
            r#"{"id":true,"ids":true}"#,
        );
        let files = [
            file("a.json", &plan(&made.join(",")), Kind::Plan),
            file("b.json", &plan(&found), Kind::Plan),
        ];
        let read = read(&files.iter().collect::<Vec<_>>(), PlanPhase::After);
        let (_, own) = read
            .graph
            .of(kind)
            .find(|(_, own)| own.address.starts_with("data."))
            .unwrap();
        let value = own
            .values
            .get(if kind == "aws_subnets" { "ids" } else { "id" });
        let links = read.graph.follow(value, &[]);
        let to: Vec<&str> = links
            .targets
            .iter()
            .map(|target| read.graph.resources[target.resource].address.as_str())
            .collect();
        assert_eq!(to, expected, "{data} {made:?}");
        assert!(!links.exact, "what is found by tags is assumed");
    }

    #[test]
    fn one_thing_with_the_tags_is_assumed() {
        let named = r#"{"tags":{"Name":"x"}}"#;
        check(
            named,
            &[
                r#"{"tags":{"Name":"x","team":"a"}}"#,
                r#"{"tags":{"Name":"y"}}"#,
            ],
            &["aws_subnet.s0"],
        );
        check(
            r#"{"filter":[{"name":"tag:Name","values":["x","z"]}]}"#,
            &[r#"{"tags":null,"tags_all":{"Name":"z"}}"#],
            &["aws_subnet.s0"],
        );
        check(
            r#"{"cidr_block":"10.0.0.0/24"}"#,
            &[r#"{"cidr_block":"10.0.0.0/24"}"#],
            &["aws_subnet.s0"],
        );
        check(
            named,
            &[
                r#"{"tags":{"Name":"x"},"region":"eu-west-1"}"#,
                r#"{"tags":{"Name":"x"},"region":"us-east-1"}"#,
            ],
            &[],
        );
        check(
            r#"{"tags":{"Name":"x"},"region":"us-east-1"}"#,
            &[r#"{"tags":{"Name":"x"},"region":"eu-west-1"}"#],
            &[],
        );
        check(
            r#"{"plural":true,"tags":{"Name":"x"}}"#,
            &[named, named, "{}"],
            &["aws_subnet.s0", "aws_subnet.s1"],
        );
    }

    #[test]
    fn without_a_tag_or_with_another_nothing_is_assumed() {
        check("{}", &["{}"], &[]);
        check(
            r#"{"tags":{"Name":"x"}}"#,
            &[r#"{"tags":{"Name":"y"}}"#],
            &[],
        );
        check(
            r#"{"tags":{"Name":"x","team":"a"}}"#,
            &[r#"{"tags":{"Name":"x"}}"#],
            &[],
        );
        check(
            r#"{"filter":[{"name":"tag:Name","values":["*"]}]}"#,
            &[r#"{"tags":{"Name":"y"}}"#],
            &[],
        );
    }

    /// An accepter's id is mocked, and the connection in another plan asks this account.
    #[test]
    fn the_two_ends_of_a_connection_find_each_other_by_owner() {
        let connection = |peer: &str| {
            change(
                "aws_vpc_peering_connection.c",
                "managed",
                &format!(r#"{{"peer_owner_id":"{peer}"}}"#),
                r#"{"id":true}"#,
            )
        };
        let accepter = change(
            "aws_vpc_peering_connection_accepter.a",
            "managed",
            r#"{"vpc_peering_connection_id":"pcx-00000000","arn":"arn:aws:ec2:eu-west-1:444455556666:x/y"}"#,
            "{}",
        );
        for (peer, expected) in [
            ("444455556666", "aws_vpc_peering_connection.c assumed"),
            ("999900001111", " gap"),
        ] {
            let files = [
                file("a.json", &plan(&connection(peer)), Kind::Plan),
                file("b.json", &plan(&accepter), Kind::Plan),
            ];
            let read = read(&files.iter().collect::<Vec<_>>(), PlanPhase::After);
            let row = read
                .links
                .iter()
                .find(|row| row.address == "aws_vpc_peering_connection_accepter.a")
                .unwrap();
            assert_eq!(format!("{} {}", row.to.join(" "), row.by.word()), expected);
        }
    }
}
