//! The engine against its slow twin, on random small worlds.

use super::twin::{Other, Twin};
use super::worlds;
use crate::model::{AddressSet, Direction, Traffic};
use crate::reach::fixture;
use crate::reach::policy::Judge;
use proptest::prelude::*;

/// Engine and twin say the same of every packet between any two workloads, and of each workload with addresses and nodes.
fn agree(text: &str) -> Result<(), TestCaseError> {
    let world = fixture::world(text);
    let judge = Judge::new(&world);
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
                    judge.between(own, other).bounds.map(has),
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
                    judge.outside(own, direction, None),
                    judge.with_node(own, direction, None, &node),
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
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn engine_and_twin_agree(text in worlds::texts()) {
        agree(&text)?;
    }

    #[test]
    fn engine_and_twin_agree_on_services(text in worlds::served()) {
        agree(&text)?;
    }

    #[test]
    fn engine_and_twin_agree_on_tiers_and_orders(text in worlds::layered()) {
        agree(&text)?;
    }
}
