//! What a tool says of its failure, as the same on every machine and at every time.

use regex::Regex;
use std::sync::LazyLock;

/// What stands for a secret.
const SENSITIVE: &str = "(sensitive)";
/// How much of it is repeated, in characters.
const LONGEST: usize = 1_000;

/// What differs from run to run, and what stands for it: headers of logs (klog; Go's `log` and `slog`), times, process ids, addresses of
/// memory, and numbers that are drawn for names of temporary files.
const VARYING: &[(&str, &str)] = &[
    (
        r"(?m)^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ [^\]\s]+\] ",
        "",
    ),
    (
        r"(?m)^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(\.\d+)? ([\w.-]+\.go:\d+: )?",
        "",
    ),
    (r"\btime=\S+ (level=\w+ )?(msg=)?", ""),
    (r"(?m)^level=\w+ msg=", ""),
    (
        r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( ?(Z|UTC|[+-]\d\d:?\d\d))*( m=\+\d+\.\d+)?",
        "<time>",
    ),
    (r"(?i)\b(pid|process)([ =:]+)\d+", "$1$2<n>"),
    (r"\b0x[0-9a-f]{4,}\b", "<address>"),
    (r"\b(kustomize|helm|crosspeer)-\d{3,}", "$1-<n>"),
];

static PATTERNS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let all = VARYING.iter();
    all.filter_map(|(pattern, instead)| Some((Regex::new(pattern).ok()?, *instead)))
        .collect()
});

/// What a tool wrote to standard error, on one line. `names` are paths and what stands for them, in the order in which they are looked for; an
/// empty name takes the `/` after the path away as well. `secrets` are never repeated.
pub(super) fn said(text: &str, names: &[(String, &str)], secrets: &[String]) -> String {
    let mut text = text.to_owned();
    for secret in secrets {
        text = text.replace(secret.as_str(), SENSITIVE);
    }
    for (path, name) in names {
        if name.is_empty() {
            text = text.replace(&format!("{path}/"), "");
        }
        text = text.replace(path.as_str(), name);
    }
    for (pattern, instead) in PATTERNS.iter() {
        text = pattern.replace_all(&text, *instead).into_owned();
    }
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let whole = lines.join("; ");
    let short: String = whole.chars().take(LONGEST).collect();
    match (whole.is_empty(), short.len() < whole.len()) {
        (true, _) => "it does not say why".to_owned(),
        (_, true) => format!("{short} …"),
        _ => short,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_one() {
        assert_eq!(PATTERNS.len(), VARYING.len());
    }

    #[test]
    fn the_same_failure_is_told_in_the_same_words() {
        for (given, expected) in [
            (
                "E1130 05:29:33.123456   12345 kustomize.go:12] error: no such file\n",
                "error: no such file",
            ),
            (
                "W0102 23:00:00.000001       7 x/y.go:1] bases is deprecated\nerror: a\n",
                "bases is deprecated; error: a",
            ),
            ("2026/11/30 05:29:33 main.go:3: failed", "failed"),
            ("2026/11/30 05:29:33.123 failed", "failed"),
            (
                "time=2026-11-30T05:29:33.123Z level=ERROR msg=\"chart\" path=x",
                "\"chart\" path=x",
            ),
            ("level=WARN msg=\"old\"", "\"old\""),
            ("made 2026-11-30T05:29:33Z", "made <time>"),
            (
                "made 2026-11-30 05:29:33.1 +0000 UTC m=+0.001",
                "made <time>",
            ),
            ("signal from pid 4242", "signal from pid <n>"),
            ("nil at 0xc000123456", "nil at <address>"),
            (
                "open temporary/kustomize-1234567/x",
                "open temporary/kustomize-<n>/x",
            ),
            // What is no time stays.
            (
                "port 8080:80 of web-2026-11-30",
                "port 8080:80 of web-2026-11-30",
            ),
            ("", "it does not say why"),
        ] {
            assert_eq!(said(given, &[], &[]), expected, "{given}");
        }
    }

    #[test]
    fn paths_of_the_machine_are_those_of_the_user() {
        let names = [
            ("/tmp/a1/chart".to_owned(), "charts/web"),
            ("/tmp/a1".to_owned(), ""),
        ];
        assert_eq!(
            said(
                "open /tmp/a1/chart/x: in '/tmp/a1/home': /tmp/a1.",
                &names,
                &[]
            ),
            "open charts/web/x: in 'home': ."
        );
    }
}
