//! The slow twin where filters on the way back each let some port pass that a client may have chosen, and together perhaps none.

use super::{FIXED, OPEN, acl_rule, compare};
use crate::model::twin;
use proptest::prelude::*;

/// What one filter on the way back lets pass, and the other.
const SPLIT: &[[&[&str]; 2]] = &[
    [
        &["deny tcp 1024-1999 0.0.0.0/0"],
        &["deny tcp 2000-65535 0.0.0.0/0"],
    ],
    [
        &["allow tcp 1024-1999 0.0.0.0/0", "deny all any 0.0.0.0/0 @1"],
        &[
            "allow tcp 2000-65535 0.0.0.0/0",
            "deny all any 0.0.0.0/0 @1",
        ],
    ],
    [
        &["allow tcp 1024-1999 0.0.0.0/0"],
        &["deny tcp 1024-1999 0.0.0.0/0"],
    ],
    [
        &["deny tcp 1024-65535 0.0.0.0/0"],
        &["deny udp any 0.0.0.0/0"],
    ],
];

/// Who sends to whom, and the filters that a reply meets.
const ASKED: &[(&str, &str, [&str; 2])] = &[
    ("w", "one", ["aclb egress", "acla ingress"]),
    ("w", "10.0.1.2", ["aclb egress", "acla ingress"]),
    ("one", "w", ["acla egress", "aclb ingress"]),
    ("10.0.1.2", "w", ["acla egress", "aclb ingress"]),
];

proptest! {
    #![proptest_config(twin::round(48))]
    fn round(
        random in prop::collection::vec((acl_rule(), prop::bool::weighted(0.3)), 0..3),
        open in prop::collection::vec(prop::bool::weighted(0.97), OPEN.len()),
        [first, second] in prop::sample::select(SPLIT),
        turned in any::<bool>(),
        doubtful in prop::bool::weighted(0.2),
        (from, to, [out, inwards]) in prop::sample::select(ASKED),
    ) {
        let (first, second) = if turned { (second, first) } else { (first, second) };
        let doubt = |(line, doubtful): (String, bool)| match doubtful {
            true => format!("{line} ?"),
            false => line,
        };
        let rule = |filter: &'static str| move |line: &&str| format!("rule {filter} {line}");
        let sent = first.iter().map(rule(out)).map(|line| doubt((line, doubtful)));
        let got = second.iter().map(rule(inwards));
        let opened = OPEN.iter().zip(open).filter(|(_, open)| *open).map(|(line, _)| (*line).to_owned());
        let random = random.into_iter().map(doubt);
        let lines = FIXED.iter().map(|line| (*line).to_owned()).chain(opened).chain(random).chain(sent).chain(got);
        compare(&lines.collect::<Vec<_>>(), from, to)?;
    }
}

/// A round of this twin.
pub(super) const ROUND: fn() = round;

#[test]
fn the_engine_agrees_with_the_twin_about_replies() {
    twin::hold("the_engine_agrees_with_the_twin_about_replies", round);
}

#[test]
#[ignore = "takes ten minutes"]
fn the_engine_agrees_with_the_twin_about_replies_for_long() {
    twin::hold_for_long("the_engine_agrees_with_the_twin_about_replies", round);
}
