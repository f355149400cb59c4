//! Where networks stand on the map: in columns by the number of borders between them and where most pods are, so that what is
//! reached stands to the right of what reaches. Each column is ordered by the neighbours to its left (the barycentre step of
//! Sugiyama, Tagawa and Toda, 1981). The same input gives the same places.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The place of a network: its column, and its number from the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub column: usize,
    pub row: usize,
}

/// Most networks that stand in one column.
const HIGHEST: usize = 8;

/// Places for networks: `borders` lists the networks that each border joins, `sources` those that hold pods.
pub(super) fn layout(count: usize, borders: &[&[usize]], sources: &BTreeSet<usize>) -> Vec<Layout> {
    let neighbours = neighbours(count, borders);
    let mut out = vec![Layout { column: 0, row: 0 }; count];
    let mut next_row = 0;
    let is_joined = |at: &usize| neighbours.get(*at).is_some_and(|own| !own.is_empty());
    let mut left: BTreeSet<usize> = (0..count).filter(is_joined).collect();
    while let Some(root) = root(&left, &neighbours, sources) {
        let layers = layers(root, &neighbours);
        let placed = ordered(&layers, &neighbours);
        let highest = placed.iter().map(|(_, place)| place.row + 1).max();
        for (at, place) in placed {
            left.remove(&at);
            set(&mut out, at, place.column, next_row + place.row);
        }
        next_row += highest.unwrap_or(1);
    }
    alone(&mut out, (0..count).filter(|at| !is_joined(at)), next_row);
    out
}

fn set(out: &mut [Layout], at: usize, column: usize, row: usize) {
    if let Some(place) = out.get_mut(at) {
        *place = Layout { column, row };
    }
}

/// Networks that no border joins stand below the others, as wide as high.
fn alone(out: &mut [Layout], networks: impl Iterator<Item = usize>, from: usize) {
    let networks: Vec<usize> = networks.collect();
    let wide = (1..)
        .find(|wide| wide * wide >= networks.len())
        .unwrap_or(1);
    for (number, at) in networks.into_iter().enumerate() {
        set(out, at, number % wide.max(1), from + number / wide.max(1));
    }
}

fn neighbours(count: usize, borders: &[&[usize]]) -> Vec<BTreeSet<usize>> {
    let mut out = vec![BTreeSet::new(); count];
    for border in borders {
        for one in *border {
            let others = border.iter().filter(|other| *other != one);
            if let Some(own) = out.get_mut(*one) {
                own.extend(others);
            }
        }
    }
    out
}

/// Where to begin: a network with pods before one without, one with many neighbours before one with few.
fn root(
    left: &BTreeSet<usize>,
    neighbours: &[BTreeSet<usize>],
    sources: &BTreeSet<usize>,
) -> Option<usize> {
    let joined = |at: usize| neighbours.get(at).map_or(0, BTreeSet::len);
    let rank = |at: &usize| (sources.contains(at), joined(*at), usize::MAX - *at);
    left.iter().copied().max_by_key(rank)
}

/// Networks by the number of borders between them and the root.
fn layers(root: usize, neighbours: &[BTreeSet<usize>]) -> Vec<Vec<usize>> {
    let mut depth = BTreeMap::from([(root, 0)]);
    let mut queue = VecDeque::from([root]);
    let mut out = vec![vec![root]];
    while let Some(at) = queue.pop_front() {
        let below = depth.get(&at).map_or(0, |own| own + 1);
        for next in neighbours.get(at).into_iter().flatten() {
            if depth.contains_key(next) {
                continue;
            }
            depth.insert(*next, below);
            queue.push_back(*next);
            if out.len() <= below {
                out.push(Vec::new());
            }
            if let Some(layer) = out.get_mut(below) {
                layer.push(*next);
            }
        }
    }
    out
}

/// Layers as columns, each ordered by the mean row of its neighbours to the left; a high one takes several columns.
fn ordered(layers: &[Vec<usize>], neighbours: &[BTreeSet<usize>]) -> Vec<(usize, Layout)> {
    let mut placed: BTreeMap<usize, Layout> = BTreeMap::new();
    let mut column = 0;
    for layer in layers {
        let mean = |at: &usize| {
            let own = neighbours.get(*at).into_iter().flatten();
            let rows: Vec<usize> = own
                .filter_map(|other| Some(placed.get(other)?.row))
                .collect();
            // Thousandths, so that the order needs no floating point.
            (rows.iter().sum::<usize>() * 1000)
                .checked_div(rows.len())
                .unwrap_or(0)
        };
        let mut sorted: Vec<(usize, usize)> = layer.iter().map(|at| (mean(at), *at)).collect();
        sorted.sort_unstable();
        let columns = sorted.len().div_ceil(HIGHEST).max(1);
        let high = sorted.len().div_ceil(columns).max(1);
        for (number, (_, at)) in sorted.into_iter().enumerate() {
            let place = Layout {
                column: column + number / high,
                row: number % high,
            };
            placed.insert(at, place);
        }
        column += columns;
    }
    placed.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(count: usize, borders: &[&[usize]], sources: &[usize]) -> Vec<(usize, usize)> {
        let places = layout(count, borders, &sources.iter().copied().collect());
        places
            .iter()
            .map(|place| (place.column, place.row))
            .collect()
    }

    #[test]
    fn what_is_reached_stands_to_the_right() {
        // 2 holds pods and is peered with 0 and 1; 3 lies behind 1.
        let borders: [&[usize]; 3] = [&[0, 2], &[1, 2], &[1, 3]];
        assert_eq!(places(4, &borders, &[2]), [(1, 0), (1, 1), (0, 0), (2, 0)]);
    }

    #[test]
    fn no_two_networks_share_a_place() {
        let star: Vec<[usize; 2]> = (1..300).map(|at| [0, at]).collect();
        let borders: Vec<&[usize]> = star.iter().map(<[usize; 2]>::as_slice).collect();
        let places = places(310, &borders, &[0]);
        let distinct: BTreeSet<_> = places.iter().collect();
        assert_eq!(distinct.len(), 310);
        let highest = places.iter().take(300).map(|(_, row)| row).max();
        assert!(highest < Some(&HIGHEST), "{highest:?}");
    }

    #[test]
    fn nothing_and_a_network_alone_have_places() {
        assert_eq!(places(0, &[], &[]), []);
        assert_eq!(places(1, &[], &[0]), [(0, 0)]);
    }
}
