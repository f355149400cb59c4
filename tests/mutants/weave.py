"""Weaves many mutants of cargo-mutants into one build: each function that one of them changes gets its changed bodies beside its
own, and `MUTANT=n` chooses. One build instead of one for each."""
import re

MODULE = '''//! Which changed body is run; woven in for mutation testing, and part of no build but that.
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

static CHOSEN: OnceLock<Option<u32>> = OnceLock::new();
static SEEN: [AtomicBool; 4096] = [const { AtomicBool::new(false) }; 4096];

/// Whether it is this one.
pub fn on(n: u32) -> bool {
    if let Some(seen) = SEEN.get(n as usize)
        && !seen.load(Ordering::Relaxed)
        && !seen.swap(true, Ordering::Relaxed)
    {
        record(n);
    }
    *CHOSEN.get_or_init(|| std::env::var("MUTANT").ok()?.parse().ok()) == Some(n)
}

/// Says which test reached it, where somebody wants to know.
fn record(n: u32) {
    use std::io::Write;
    let (Ok(path), Ok(test)) = (std::env::var("MUTANTS_SEEN"), std::env::var("NEXTEST_TEST_NAME")) else {
        return;
    };
    if let Ok(mut file) = std::fs::OpenOptions::new().append(true).create(true).open(path) {
        let _ = file.write_all(format!("{n} {test}\\n").as_bytes());
    }
}

/// One of two iterators, for functions that return `impl Iterator`.
pub enum Either<L, R> {
    /// The changed one.
    Left(L),
    /// The own one.
    Right(R),
}

impl<L: Iterator, R: Iterator<Item = L::Item>> Iterator for Either<L, R> {
    type Item = L::Item;
    fn next(&mut self) -> Option<L::Item> {
        match self {
            Either::Left(own) => own.next(),
            Either::Right(own) => own.next(),
        }
    }
}
'''


class Refused(Exception):
    """A function that cannot have two bodies."""


def offsets(text):
    out, at = [0], 0
    for line in text.split("\n"):
        at += len(line) + 1
        out.append(at)
    return out


def at(starts, place):
    return starts[place["line"] - 1] + place["column"] - 1


def body(text, start, end):
    """The place of the first `{` of a function's body, and that after its `}`."""
    head = re.compile(r"\bfn\s+\w+").search(text, start)
    depth, place = 0, head.end()
    while place < end:
        if text.startswith("//", place):
            place = text.index("\n", place)
        elif text[place] in "([":
            depth += 1
        elif text[place] in ")]":
            depth -= 1
        elif text[place] == "{" and depth == 0:
            signature = text[start:place]
            if re.search(r"\bconst\s+(unsafe\s+)?fn\b", signature):
                raise Refused("a constant function")
            return signature, place, end
        place += 1
    raise Refused("no body was found")


def weave(text, mutants):
    """The text of a file with these mutants (number, mutant) beside what it has."""
    starts, groups, refused = offsets(text), {}, {}
    for number, mutant in mutants:
        if not mutant["function"]:
            refused[number] = "stands in no function"
            continue
        span = mutant["function"]["span"]
        groups.setdefault((at(starts, span["start"]), at(starts, span["end"])), []).append((number, mutant))
    # A function in a function: only the outer one is written, with what the inner one has as it is.
    for (start, end), group in sorted(groups.items(), reverse=True):
        try:
            signature, opens, end = body(text, start, end)
        except Refused as why:
            refused.update({number: str(why) for number, _ in group})
            continue
        left, right = ("", "")
        if re.search(r"->\s*impl\s+(\w+::)*Iterator", signature):
            left, right = "crate::mutants::Either::Left(", "crate::mutants::Either::Right("
        elif re.search(r"->[^{]*\bimpl\b", signature):
            refused.update({number: "returns what has no name" for number, _ in group})
            continue
        own, out = text[opens:end], ""
        for number, mutant in group:
            low, high = at(starts, mutant["span"]["start"]) - opens, at(starts, mutant["span"]["end"]) - opens
            changed = own[:low] + mutant["replacement"] + own[high:]
            branch = left + changed + ")" if left else changed
            out += f"if crate::mutants::on({number}) {{ /*mutant {number}*/ {branch} /*end {number}*/ }} else "
        tail = "{ " + right + own + ") }" if right else own
        # A block in parentheses is an expression wherever it stands.
        text = text[:opens] + "{ " + out + tail + " }" + text[end:]
    return text, refused


def holds(text, line):
    """The mutant in whose body a line of a woven file stands; none where it stands in none."""
    starts = offsets(text)
    place = starts[line - 1]
    found = None
    for match in re.finditer(r"/\*mutant (\d+)\*/|/\*end (\d+)\*/", text[: starts[line]]):
        if match.group(1):
            found = int(match.group(1))
        elif match.start() < place:
            found = None
    return found
