//! Blocks that an address pool allots when the plan is applied. Which ones is not known; that they lie in the pool and that no
//! two of them overlap is (Amazon VPC IPAM user guide, "Allocate CIDRs to a VPC from an IPAM pool"). Where nothing else in the
//! input tells two blocks of a pool apart, any choice gives the same answers: then one block stands for the one to come.

use crate::ingest::Decoded;
use crate::ingest::terraform::graph::Graph;
use crate::ingest::terraform::resource::Resource;
use crate::ingest::terraform::resource::{Target, Value};
use crate::model::{Gap, GapKind, Id};
use ipnet::Ipv4Net;
use regex::Regex;
use std::collections::BTreeSet;

/// Types that take a block from a pool, with the attributes that name the pool, the length of the block, and the block.
const TAKERS: &[[&str; 4]] = &[
    [
        "aws_vpc",
        "ipv4_ipam_pool_id",
        "ipv4_netmask_length",
        "cidr_block",
    ],
    [
        "aws_vpc_ipv4_cidr_block_association",
        "ipv4_ipam_pool_id",
        "ipv4_netmask_length",
        "cidr_block",
    ],
    [
        "aws_vpc_ipam_pool_cidr_allocation",
        "ipam_pool_id",
        "netmask_length",
        "cidr",
    ],
];
const POOL: &str = "aws_vpc_ipam_pool";
/// Pools within each other, at most.
const DEPTH: usize = 8;
/// Places in a pool that are tried for one block.
const TRIES: u32 = 1024;

/// One block to come.
struct Taker {
    resource: Id<Resource>,
    block: &'static str,
    length: u8,
    pool: Id<Resource>,
}

/// Lets blocks of pools stand for those to come. Whether there was any.
pub(super) fn allot(graph: &mut Graph, files: &[Decoded<'_>]) -> bool {
    let takers = takers(graph);
    if takers.is_empty() {
        return false;
    }
    let told = blocks_in(files);
    let mut taken: Vec<Ipv4Net> = Vec::new();
    for taker in &takers {
        let Some(ranges) = ranges(graph, taker.pool, 0) else {
            continue;
        };
        if !told.iter().all(|block| is_indifferent(*block, &ranges)) {
            continue;
        }
        let address = &graph.resources[taker.resource].address;
        if let Some(block) = free(&ranges, taker.length, address, &taken) {
            taken.push(block);
            enter(graph, taker, block);
        }
    }
    !taken.is_empty()
}

fn enter(graph: &mut Graph, taker: &Taker, block: Ipv4Net) {
    let what = format!(
        "`{}` of `{}` is chosen from `{}` when it is applied: {block} stands for it",
        taker.block, graph.resources[taker.resource].address, graph.resources[taker.pool].address
    );
    let resource = &mut graph.resources[taker.resource];
    if let Value::Map(map) = &mut resource.values {
        map.insert(taker.block.into(), Value::Text(block.to_string()));
    }
    let origin = Some(resource.origin.clone());
    graph.gaps.push(Gap {
        kind: GapKind::UnknownValue,
        what,
        origin,
    });
}

fn takers(graph: &Graph) -> Vec<Taker> {
    let mut out = Vec::new();
    for [kind, pool, length, block] in TAKERS {
        for (id, resource) in graph.of(kind) {
            let values = &resource.values;
            let unknown = matches!(
                values.get(block),
                Value::Unknown | Value::Computed | Value::Reference(_)
            );
            let length = values.get(length).integer();
            let length = length.and_then(|length| u8::try_from(length).ok());
            if let (true, Some(length), Some(pool)) =
                (unknown, length, pool_of(graph, values.get(pool)))
            {
                out.push(Taker {
                    resource: id,
                    block,
                    length,
                    pool,
                });
            }
        }
    }
    out
}

/// The one pool that a value surely names.
fn pool_of(graph: &Graph, value: &Value) -> Option<Id<Resource>> {
    let found = graph.follow(value, &[POOL]);
    match found.targets.as_slice() {
        [
            Target {
                resource,
                attribute,
            },
        ] if found.exact && attribute == "id" => Some(*resource),
        _ => None,
    }
}

/// The blocks that a pool gives from; those of the pool that it has its own from, where they are not known. None where
/// nothing tells them.
fn ranges(graph: &Graph, pool: Id<Resource>, depth: usize) -> Option<Vec<Ipv4Net>> {
    let own = graph
        .of("aws_vpc_ipam_pool_cidr")
        .filter(|(_, resource)| pool_of(graph, resource.values.get("ipam_pool_id")) == Some(pool));
    let own: Vec<Option<Ipv4Net>> = own
        .map(|(_, resource)| resource.values.get("cidr").text()?.parse().ok())
        .collect();
    let known: Option<Vec<Ipv4Net>> = own.iter().copied().collect();
    match known {
        Some(known) if !known.is_empty() => Some(known),
        _ if depth < DEPTH => {
            let source = graph.resources[pool].values.get("source_ipam_pool_id");
            ranges(graph, pool_of(graph, source)?, depth + 1)
        }
        _ => None,
    }
}

/// All IPv4 addresses and blocks that are written anywhere in the input.
fn blocks_in(files: &[Decoded<'_>]) -> BTreeSet<Ipv4Net> {
    let Ok(pattern) = Regex::new(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?:/[0-9]{1,2})?") else {
        return BTreeSet::new();
    };
    let mut out = BTreeSet::new();
    for file in files {
        for found in file.text.iter().flat_map(|text| pattern.find_iter(text)) {
            let found = found.as_str();
            let block: Option<Ipv4Net> = found.parse().ok();
            let host = || format!("{found}/32").parse().ok();
            out.extend(block.or_else(host));
        }
    }
    out
}

/// Whether a block says the same of every address of the ranges.
fn is_indifferent(block: Ipv4Net, ranges: &[Ipv4Net]) -> bool {
    ranges.iter().all(|range| block.contains(range))
        || ranges
            .iter()
            .all(|range| !block.contains(range) && !range.contains(&block))
}

/// A block of the ranges that no other has. Which one depends on who takes it, so that it is the same in every version of a
/// plan.
fn free(ranges: &[Ipv4Net], length: u8, address: &str, taken: &[Ipv4Net]) -> Option<Ipv4Net> {
    let range = ranges.iter().find(|range| range.prefix_len() <= length)?;
    let bits = u32::from(length.checked_sub(range.prefix_len())?);
    let count = 1u64 << bits;
    let start = address.bytes().fold(0u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let size = 1u64 << (32 - u32::from(length.min(32)));
    (0..u64::from(TRIES).min(count)).find_map(|try_| {
        let slot = start.wrapping_add(try_) % count;
        let first = u64::from(u32::from(range.network())) + slot * size;
        let first = u32::try_from(first).ok()?;
        let block = Ipv4Net::new(first.into(), length).ok()?;
        let overlaps = |other: &Ipv4Net| other.contains(&block) || block.contains(other);
        (!taken.iter().any(overlaps)).then_some(block)
    })
}
