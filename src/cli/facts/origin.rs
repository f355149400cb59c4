//! Which repository and commit are at hand: what options say, else what a runner of jobs says, else git.

use super::super::arguments::Facts;
use super::super::error::CliError;
use std::process::Command;

/// The repository at hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::cli) struct At {
    pub(in crate::cli) commit: Option<String>,
    pub(in crate::cli) committed: Option<i64>,
}

/// The name of the repository; none where nothing says it.
pub(in crate::cli) fn repository(asked: Option<&str>) -> Option<String> {
    let runner = || std::env::var("GITHUB_REPOSITORY").ok();
    let git = || name(&git(&["config", "--get", "remote.origin.url"])?);
    let found = asked.map(str::to_owned).or_else(runner).or_else(git);
    found.filter(|name| !name.is_empty())
}

/// Checks a name: paths of reports begin with it.
pub(in crate::cli) fn checked(name: &str) -> Result<(), CliError> {
    let good = |part: &str| {
        let plain = |c: char| c.is_alphanumeric() || "._-".contains(c);
        !part.is_empty() && part != "." && part != ".." && part.chars().all(plain)
    };
    if name.split('/').all(good) {
        return Ok(());
    }
    Err(CliError::Usage(format!(
        "`{name}` is no name of a repository: expected letters, digits, `.`, `_` and `-`, with `/` between parts, as in `--repository shop/network`"
    )))
}

/// The commit at hand, and when it was made.
pub(in crate::cli) fn commit(asked: &Facts) -> At {
    let told = match &asked.commit {
        Some(commit) => git(&["log", "-1", "--format=%H %ct", commit]),
        None => git(&["log", "-1", "--format=%H %ct"]),
    };
    let told = told.unwrap_or_default();
    let (commit, time) = told.split_once(' ').unwrap_or_default();
    At {
        commit: asked
            .commit
            .clone()
            .or_else(|| Some(commit.to_owned()))
            .filter(|own| !own.is_empty()),
        committed: asked.committed.or_else(|| time.parse().ok()),
    }
}

/// The last two parts of the URL of a repository.
fn name(url: &str) -> Option<String> {
    let path = url.trim_end_matches('/').trim_end_matches(".git");
    let path = path.rsplit_once("://").map_or(path, |(_, rest)| rest);
    let parts: Vec<&str> = path
        .split(['/', ':'])
        .filter(|part| !part.is_empty())
        .collect();
    let [.., owner, own] = parts.as_slice() else {
        return None;
    };
    Some(format!("{owner}/{own}"))
}

/// What git answers in the working directory; none where there is no git or no answer.
fn git(arguments: &[&str]) -> Option<String> {
    // Signatures would start a further program.
    let quiet = ["-c", "log.showSignature=false"];
    let answer = Command::new("git")
        .args(quiet)
        .args(arguments)
        .output()
        .ok()?;
    let text = String::from_utf8(answer.stdout).ok()?;
    let text = text.trim();
    (answer.status.success() && !text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_called_as_its_url_ends() {
        for (url, expected) in [
            (
                "https://user:token@host.example/shop/network.git",
                Some("shop/network"),
            ),
            ("git@host.example:shop/network.git", Some("shop/network")),
            (
                "ssh://git@host.example/group/sub/network/",
                Some("sub/network"),
            ),
            ("network", None),
        ] {
            assert_eq!(name(url).as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn names_are_parts_of_paths() {
        for (name, good) in [
            ("shop/network", true),
            ("a.b_c-1", true),
            ("", false),
            ("../x", false),
            ("a//b", false),
            ("a b", false),
        ] {
            assert_eq!(checked(name).is_ok(), good, "{name}");
        }
    }
}
