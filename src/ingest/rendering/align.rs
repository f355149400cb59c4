//! Which line of a template a rendered line was printed from.
//!
//! Patience alignment: lines that stand once on both sides are pairs as far as they keep their order, and between two pairs the
//! same holds again. So a line counts only where nothing else could have printed it there.

use std::collections::{BTreeMap, BTreeSet};

/// A line of a template, from 0, and whether it is printed as it stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Its number, from 0.
    pub number: usize,
    /// Whether it holds no action, so that columns are the same too.
    pub verbatim: bool,
}

/// Lines on both sides of a gap are compared one by one with lines that hold actions only up to so many pairs.
const MOST_PAIRS: usize = 1_000_000;

/// For each line of a rendered document the line of the template, where it is sure. Where all lines that are sure stand in one document of the
/// template, it was printed from that one.
pub(super) fn align(template: &[&str], rendered: &[&str]) -> Vec<Option<Line>> {
    let mut breaks: Vec<usize> = (0..template.len())
        .filter(|n| template.get(*n).is_some_and(|line| line.starts_with("---")))
        .collect();
    breaks.push(template.len());
    let all = align_part(template, rendered);
    let found: BTreeSet<usize> = all
        .iter()
        .flatten()
        .map(|line| breaks.partition_point(|at| *at < line.number))
        .collect();
    match found.first() {
        Some(only) if found.len() == 1 => {
            let end = breaks.get(*only).copied().unwrap_or(template.len());
            let start = only
                .checked_sub(1)
                .and_then(|before| breaks.get(before))
                .map_or(0, |at| at + 1);
            let lines = align_part(part(template, (start, end)), rendered);
            lines
                .into_iter()
                .map(|line| {
                    line.map(|line| Line {
                        number: line.number + start,
                        ..line
                    })
                })
                .collect()
        }
        _ => all,
    }
}

fn align_part(template: &[&str], rendered: &[&str]) -> Vec<Option<Line>> {
    let mut out = vec![None; rendered.len()];
    let mut gaps = Vec::new();
    let mut todo = vec![((0, template.len()), (0, rendered.len()))];
    while let Some((left, right)) = todo.pop() {
        let pairs = anchors(part(template, left), part(rendered, right));
        if pairs.is_empty() {
            gaps.push((left, right));
            continue;
        }
        let (mut from, mut to) = (left.0, right.0);
        for (own, other) in pairs
            .into_iter()
            .map(|(own, other)| (own + left.0, other + right.0))
        {
            set(
                &mut out,
                other,
                Line {
                    number: own,
                    verbatim: true,
                },
            );
            todo.push(((from, own), (to, other)));
            (from, to) = (own + 1, other + 1);
        }
        todo.push(((from, left.1), (to, right.1)));
    }
    for (left, right) in gaps {
        fill(template, rendered, left, right, &mut out);
    }
    out
}

fn part<'a, 't>(lines: &'a [&'t str], (from, to): (usize, usize)) -> &'a [&'t str] {
    lines.get(from..to).unwrap_or_default()
}

fn set(out: &mut [Option<Line>], at: usize, line: Line) {
    if let Some(own) = out.get_mut(at) {
        *own = Some(line);
    }
}

/// Pairs of equal lines that stand once on both sides, in an order that both sides share.
fn anchors(template: &[&str], rendered: &[&str]) -> Vec<(usize, usize)> {
    let (left, right) = (once(template), once(rendered));
    let mut pairs: Vec<(usize, usize)> = left
        .iter()
        .filter_map(|(line, own)| Some((*own, *right.get(line)?)))
        .collect();
    pairs.sort_unstable();
    rising(&pairs)
}

/// Whether a line says what it is: empty lines, `---` and such with an action do not.
fn counts(line: &str) -> bool {
    !line.trim().is_empty() && !line.starts_with("---") && !line.contains("{{")
}

/// Lines that stand once, and where.
fn once<'t>(lines: &[&'t str]) -> BTreeMap<&'t str, usize> {
    let mut seen: BTreeMap<&str, Option<usize>> = BTreeMap::new();
    for (number, line) in lines.iter().enumerate().filter(|(_, line)| counts(line)) {
        seen.entry(line.trim_end())
            .and_modify(|at| *at = None)
            .or_insert(Some(number));
    }
    seen.into_iter()
        .filter_map(|(line, at)| Some((line, at?)))
        .collect()
}

/// The longest part of pairs, ascending on the left, that ascends on the right as well.
fn rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // Last pair of the best part of each length, and for each pair the one before it.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::new();
    let right = |at: &usize| pairs.get(*at).map_or(0, |pair| pair.1);
    for (at, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| right(end) < pair.1);
        before.push(
            length
                .checked_sub(1)
                .and_then(|last| ends.get(last).copied()),
        );
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut out = Vec::new();
    let mut at = ends.last().copied();
    while let Some(own) = at {
        out.extend(pairs.get(own));
        at = before.get(own).copied().flatten();
    }
    out.reverse();
    out
}

/// Between two pairs: lines with actions, where one line of the template alone could have printed one rendered line alone.
fn fill(
    template: &[&str],
    rendered: &[&str],
    left: (usize, usize),
    right: (usize, usize),
    out: &mut [Option<Line>],
) {
    let lines = part(template, left)
        .iter()
        .enumerate()
        .filter_map(|(n, line)| Some((n, Pattern::of(line)?)));
    let patterns: Vec<(usize, Pattern<'_>)> = lines.collect();
    if patterns.len().saturating_mul(right.1 - right.0) > MOST_PAIRS {
        return;
    }
    let mut by_line: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut by_pattern: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (number, line) in part(rendered, right).iter().enumerate() {
        for (own, _) in patterns.iter().filter(|(_, pattern)| pattern.prints(line)) {
            by_line.entry(number).or_default().push(*own);
            by_pattern.entry(*own).or_default().push(number);
        }
    }
    let alone = |(number, list): (&usize, &Vec<usize>)| match list.as_slice() {
        [own] if by_pattern.get(own).is_some_and(|lines| lines.len() == 1) => Some((*own, *number)),
        _ => None,
    };
    let mut pairs: Vec<(usize, usize)> = by_line.iter().filter_map(alone).collect();
    pairs.sort_unstable();
    for (own, other) in rising(&pairs) {
        set(
            out,
            right.0 + other,
            Line {
                number: left.0 + own,
                verbatim: false,
            },
        );
    }
}

/// A line with actions, as the texts around them.
struct Pattern<'t>(Vec<&'t str>);

impl<'t> Pattern<'t> {
    /// None for a line without actions, one whose action goes on over its end, and one whose text says nothing of what it prints: it must
    /// begin with a key, so that an action alone on its line is none.
    fn of(line: &'t str) -> Option<Self> {
        let mut parts = line.trim_end().split("{{");
        let mut texts = vec![parts.next()?];
        for part in parts {
            texts.push(part.split_once("}}")?.1);
        }
        let key = texts
            .first()
            .is_some_and(|text| text.trim().trim_start_matches('-').contains(':'));
        (texts.len() > 1 && key).then_some(Pattern(texts))
    }

    fn prints(&self, line: &str) -> bool {
        let Some((first, rest)) = self.0.split_first() else {
            return false;
        };
        let Some(mut line) = line.trim_end().strip_prefix(first) else {
            return false;
        };
        let Some((last, middle)) = rest.split_last() else {
            return false;
        };
        for text in middle {
            match line.split_once(text) {
                Some((_, after)) => line = after,
                None => return false,
            }
        }
        line.ends_with(last)
    }
}
