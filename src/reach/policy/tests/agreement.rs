//! The engine against its slow twin, on random small worlds.

use super::twin::{Other, Twin};
use super::worlds;
use crate::model::{AddressSet, Direction, Traffic, twin};
use crate::reach::fixture;
use crate::reach::policy::PolicyEvaluator;
use proptest::prelude::*;

/// Engine and twin say the same of every packet between any two workloads, and of each workload with addresses and nodes.
fn agree(text: &str) -> Result<(), TestCaseError> {
    let world = fixture::world(text);
    let evaluator = PolicyEvaluator::new(&world);
    let ids: Vec<_> = world.workloads.ids().collect();
    let node = AddressSet::parse("10.0.0.8-10.0.0.9").unwrap();
    for (protocol, port) in worlds::packets() {
        let twin = Twin {
            world: &world,
            protocol,
            port,
        };
        let has = |set: &Traffic| set.of(protocol).contains(port);
        for &own in &ids {
            for &other in &ids {
                let (fast, slow) = (
                    evaluator.between(own, other).bounds.map(has),
                    twin.between(own, other),
                );
                let (from, to) = (world.workload_title(own), world.workload_title(other));
                prop_assert_eq!(
                    fast,
                    slow,
                    "{} -> {} {} {}\n{}",
                    from,
                    to,
                    protocol,
                    port,
                    text
                );
            }
            for direction in Direction::BOTH {
                let title = world.workload_title(own);
                let (outside, with_node) = (
                    evaluator.outside(own, direction, None),
                    evaluator.with_node(own, direction, None, &node),
                );
                for address in worlds::addresses() {
                    let fast = outside.bounds.map(|flows| has(&flows.at(address)));
                    let slow = twin.alone(own, Other::Outside(address), direction);
                    prop_assert_eq!(
                        fast,
                        slow,
                        "{} {} {} {} {}\n{}",
                        title,
                        direction,
                        address,
                        protocol,
                        port,
                        text
                    );
                }
                let slow = twin.alone(own, Other::Node(&node), direction);
                prop_assert_eq!(
                    with_node.bounds.map(has),
                    slow,
                    "{} {} node {} {}\n{}",
                    title,
                    direction,
                    protocol,
                    port,
                    text
                );
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(twin::round(400))]
    fn plain(text in worlds::texts()) {
        agree(&text)?;
    }

    fn served(text in worlds::served()) {
        agree(&text)?;
    }

    fn layered(text in worlds::layered()) {
        agree(&text)?;
    }
}

#[test]
fn engine_and_twin_agree() {
    twin::hold("engine_and_twin_agree", plain);
}

#[test]
#[ignore = "takes ten minutes"]
fn engine_and_twin_agree_for_long() {
    twin::hold_for_long("engine_and_twin_agree", plain);
}

#[test]
fn engine_and_twin_agree_on_services() {
    twin::hold("engine_and_twin_agree_on_services", served);
}

#[test]
#[ignore = "takes ten minutes"]
fn engine_and_twin_agree_on_services_for_long() {
    twin::hold_for_long("engine_and_twin_agree_on_services", served);
}

#[test]
fn engine_and_twin_agree_on_tiers_and_orders() {
    twin::hold("engine_and_twin_agree_on_tiers_and_orders", layered);
}

#[test]
#[ignore = "takes ten minutes"]
fn engine_and_twin_agree_on_tiers_and_orders_for_long() {
    twin::hold_for_long("engine_and_twin_agree_on_tiers_and_orders", layered);
}
