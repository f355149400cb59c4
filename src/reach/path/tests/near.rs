//! What a class of pods can have to do with.

use super::super::scene::Scene;
use crate::reach::Party;

#[test]
fn only_what_is_joined_is_near() {
    let known = "route ta 10.20.0.0/16 local";
    assert_eq!(near_app(known), ["orders", "app", "hub", "data"]);
    // Nobody knows where the routes of both lead: perhaps to each other.
    let open = "route ta 10.60.0.0/16 unknown\nroute tf 10.20.0.0/16 unknown";
    assert_eq!(
        near_app(open),
        ["orders", "audit", "app", "hub", "data", "far"]
    );
}

/// Names of the resources and networks near the pods of a network that a hub joins with another, and nothing with a third.
fn near_app(routes: &str) -> Vec<String> {
    let scene = Scene::read(&format!(
        "network app 10.20.0.0/16
        network hub 10.30.0.0/16
        network data 10.40.0.0/16
        network far 10.60.0.0/16
        link one app hub
        link two hub data
        subnet nodes app 10.20.0.0/20 table=ta
        subnet middle hub 10.30.0.0/20 table=th
        subnet db data 10.40.0.0/20 table=td
        subnet other far 10.60.0.0/20 table=tf
        {routes}
        endpoint orders db 10.40.0.1 g
        endpoint audit other 10.60.0.1 g
        pods w nodes 10.20.0.0/20 nodes",
    ));
    scene.ask(|crossings| {
        let world = crossings.index.world;
        let near = crossings.neighbourhoods().of_class(0).unwrap();
        assert_eq!(near.classes, [0]);
        let names = near.fars.iter().map(|number| {
            let far = &crossings.fars()[*number];
            match (far.network, &far.parties[0]) {
                (Some(id), _) => world.networks[id].name.clone(),
                (None, Party::Endpoint(id)) => world.endpoints[*id].name.clone(),
                (None, party) => format!("{party:?}"),
            }
        });
        names.collect::<Vec<_>>()
    })
}
