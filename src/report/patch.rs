//! Changes of files: as edits of lines, and as one unified diff that `git apply` and `patch` take.

use super::plain::plain;
use std::fmt::Write;

/// Lines that stand around a change in a diff.
const CONTEXT: usize = 3;

/// Most comparisons of lines; texts that differ in more lines are one edit.
const MOST_COMPARISONS: usize = 4_000_000;

/// Lines of a file that are replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineEdit {
    /// The first line that is replaced, from 1; where none is, the line that the new ones stand before.
    pub start: usize,
    /// Number of lines that are replaced.
    pub lines: usize,
    /// The new lines, line breaks included.
    pub replacement: String,
}

/// A file that changes, or a new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// Its path.
    pub path: String,
    /// Its text; none where it is new.
    pub before: Option<String>,
    /// Its text afterwards.
    pub after: String,
    /// The edits, by line.
    pub edits: Vec<LineEdit>,
    /// First and last lines, from 1, of what a diff does not show around a change: it may hold secrets.
    closed: Vec<(u32, u32)>,
}

impl FileChange {
    /// The change from one text to another, of which a diff shows nothing in the `closed` lines of the first but what changes.
    #[must_use]
    pub fn new(path: &str, before: Option<&str>, after: &str, closed: Vec<(u32, u32)>) -> Self {
        FileChange {
            path: path.to_owned(),
            before: before.map(str::to_owned),
            after: after.to_owned(),
            closed,
            edits: edits(&lines(before.unwrap_or_default()), &lines(after)),
        }
    }

    /// The change as a part of a unified diff.
    #[must_use]
    pub fn unified(&self) -> String {
        let path = plain(&self.path);
        let from = match self.before {
            Some(_) => format!("a/{path}"),
            None => "/dev/null".to_owned(),
        };
        let mut out = format!("--- {from}\n+++ b/{path}\n");
        let old = lines(self.before.as_deref().unwrap_or_default());
        let mut shift = 0_isize;
        for group in self.groups() {
            let (Some(first), Some(last)) = (group.first(), group.last()) else {
                continue;
            };
            let end = last.start - 1 + last.lines;
            let around = self.context(first.start - 1, end, old.len());
            out.push_str(&hunk(&old, group, around, &mut shift));
        }
        out
    }

    /// Edits that stand so near that their contexts touch, together.
    fn groups(&self) -> Vec<&[LineEdit]> {
        let near = |a: &LineEdit, b: &LineEdit| {
            let end = a.start - 1 + a.lines;
            b.start - 1 <= end + 2 * CONTEXT && (end..b.start - 1).all(|line| self.shows(line))
        };
        self.edits.chunk_by(near).collect()
    }

    /// Whether a line, from 0, may stand around a change.
    fn shows(&self, line: usize) -> bool {
        let holds = |(first, last): &(u32, u32)| {
            u32::try_from(line + 1).is_ok_and(|line| (*first..=*last).contains(&line))
        };
        !self.closed.iter().any(holds)
    }

    /// Lines, from 0, that stand around edits: from where to where.
    fn context(&self, start: usize, end: usize, lines: usize) -> (usize, usize) {
        let before = (start.saturating_sub(CONTEXT)..start).rev();
        let after = end..(end + CONTEXT).min(lines);
        let shown = |line: &usize| self.shows(*line);
        (
            before.take_while(shown).last().unwrap_or(start),
            after.take_while(shown).last().map_or(end, |line| line + 1),
        )
    }
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// One hunk; `shift` is by how many lines the new file is ahead of the old one.
fn hunk(old: &[&str], group: &[LineEdit], (from, to): (usize, usize), shift: &mut isize) -> String {
    let mut body = String::new();
    let (mut at, mut added, mut removed) = (from, 0_usize, 0_usize);
    let shown = |range: std::ops::Range<usize>| old.get(range).unwrap_or_default().iter();
    for edit in group {
        let start = edit.start - 1;
        shown(at..start).for_each(|line| body.push_str(&said(' ', line)));
        at = start + edit.lines;
        shown(start..at).for_each(|line| body.push_str(&said('-', line)));
        let new = lines(&edit.replacement);
        new.iter().for_each(|line| body.push_str(&said('+', line)));
        added += new.len();
        removed += edit.lines;
    }
    shown(at..to).for_each(|line| body.push_str(&said(' ', line)));
    let (count, new_count) = (to - from, to - from - removed + added);
    // A range without lines names the line before it.
    let named = |at: usize, count: usize| if count == 0 { at } else { at + 1 };
    let new_from = from.saturating_add_signed(*shift);
    *shift += isize::try_from(added).unwrap_or(0) - isize::try_from(removed).unwrap_or(0);
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "@@ -{},{count} +{},{new_count} @@",
        named(from, count),
        named(new_from, new_count)
    );
    out + &body
}

/// A line of a diff. Tabs stay: they are a part of the file.
fn said(mark: char, line: &str) -> String {
    let (text, end) = match line.strip_suffix('\n') {
        Some(text) => (text, "\n"),
        None => (line, "\n\\ No newline at end of file\n"),
    };
    let (text, back) = match text.strip_suffix('\r') {
        Some(text) => (text, "\r"),
        None => (text, ""),
    };
    let cells: Vec<_> = text.split('\t').map(plain).collect();
    format!("{mark}{}{back}{end}", cells.join("\t"))
}

/// What it takes to come from one list of lines to another: what stands at both ends stays, and of the rest the longest common sequence.
fn edits(old: &[&str], new: &[&str]) -> Vec<LineEdit> {
    let front = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (
        old.get(front..).unwrap_or_default(),
        new.get(front..).unwrap_or_default(),
    );
    let back = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let old_middle = old_rest.get(..old_rest.len() - back).unwrap_or_default();
    let new_middle = new_rest.get(..new_rest.len() - back).unwrap_or_default();
    let kept = common(old_middle, new_middle);
    let mut out = Vec::new();
    let (mut at, mut new_at) = (0, 0);
    for (own, other) in kept
        .into_iter()
        .chain([(old_middle.len(), new_middle.len())])
    {
        if own > at || other > new_at {
            out.push(LineEdit {
                start: front + at + 1,
                lines: own - at,
                replacement: new_middle.get(new_at..other).unwrap_or_default().concat(),
            });
        }
        (at, new_at) = (own + 1, other + 1);
    }
    out
}

/// Pairs of positions of a longest common sequence, ascending; none where that would take too long.
fn common(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    if old.len().saturating_mul(new.len()) > MOST_COMPARISONS {
        return Vec::new();
    }
    let width = new.len() + 1;
    let mut longest = vec![0_u32; (old.len() + 1) * width];
    let at = |table: &[u32], i: usize, j: usize| table.get(i * width + j).copied().unwrap_or(0);
    for (i, one) in old.iter().enumerate().rev() {
        for (j, other) in new.iter().enumerate().rev() {
            let best = if one == other {
                at(&longest, i + 1, j + 1) + 1
            } else {
                at(&longest, i + 1, j).max(at(&longest, i, j + 1))
            };
            if let Some(cell) = longest.get_mut(i * width + j) {
                *cell = best;
            }
        }
    }
    let (mut i, mut j, mut out) = (0, 0, Vec::new());
    while let (Some(one), Some(other)) = (old.get(i), new.get(j)) {
        if one == other {
            out.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if at(&longest, i + 1, j) >= at(&longest, i, j + 1) {
            i += 1;
        } else {
            j += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: Option<&str>, after: &str, expected: &str) {
        let change = FileChange::new("x.yaml", before, after, Vec::new());
        let diff = change.unified();
        let body = diff.split_once("+++ b/x.yaml\n").unwrap().1;
        assert_eq!(body, expected, "{before:?}");
        // The edits make the one of the other, from the last to the first.
        let mut lines: Vec<String> = lines(before.unwrap_or_default())
            .iter()
            .map(ToString::to_string)
            .collect();
        for edit in change.edits.iter().rev() {
            let range = edit.start - 1..edit.start - 1 + edit.lines;
            lines.splice(range, [edit.replacement.clone()]);
        }
        assert_eq!(lines.concat(), after);
    }

    #[test]
    fn a_diff_shows_what_changes_with_three_lines_around_it() {
        check(None, "a\nb\n", "@@ -0,0 +1,2 @@\n+a\n+b\n");
        check(Some("a\n"), "", "@@ -1,1 +0,0 @@\n-a\n");
        check(
            Some("1\n2\n3\n4\n5\n6\n7\n8\n"),
            "1\n2\n3\n4\nx\ny\n6\n7\n8\n",
            "@@ -2,7 +2,8 @@\n 2\n 3\n 4\n-5\n+x\n+y\n 6\n 7\n 8\n",
        );
        check(
            Some("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n"),
            "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n",
            "@@ -1,3 +1,4 @@\n+0\n 1\n 2\n 3\n@@ -8,4 +9,3 @@\n 8\n 9\n 10\n-11\n",
        );
        check(
            Some("a"),
            "a\nb\t\u{1b}\n",
            "@@ -1,1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\t\\u{1b}\n",
        );
    }
    #[test]
    fn what_may_hold_secrets_is_not_shown_around_a_change() {
        let before = "a\nsecret\nb\nc\nsecret\nd\n";
        let change = FileChange::new(
            "x",
            Some(before),
            "a\nsecret\nb\nC\nsecret\nD\n",
            vec![(2, 2), (5, 5)],
        );
        assert_eq!(
            change.unified(),
            "--- a/x\n+++ b/x\n@@ -3,2 +3,2 @@\n b\n-c\n+C\n@@ -6,1 +6,1 @@\n-d\n+D\n"
        );
    }
}
