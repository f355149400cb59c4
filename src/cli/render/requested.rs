//! What the input itself asks to be rendered: releases in plans, applications in manifests.

use super::{Job, Kind, kind_of, render};
use crate::cli::boundary::Boundary;
use crate::cli::paths::{shown, tidy};
use crate::ingest::facts::Facts;
use crate::ingest::rendering::{Rendering, Request, Tool, Values};
use crate::ingest::{self, File, Input, PlanPhase, Reading, Settings};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Words without which no file asks for anything.
const WORDS: &[&str] = &["helm_release", "argoproj.io", "fluxcd.io"];

/// Applications bring applications, at most so deep.
const DEPTH: usize = 8;

/// Renders what the files ask for, before the plan and after it, until nothing more is asked for. What stands in the input both by itself and
/// by request counts as it is asked for.
pub(in crate::cli) fn fulfil(files: &mut Vec<File>, settings: &Settings, boundary: &Boundary) {
    if !files.iter().any(asks) {
        return;
    }
    let mut tried = BTreeSet::new();
    for _ in 0..DEPTH {
        let mut asked = requests(files, settings);
        asked.retain(|request| tried.insert(request.clone()));
        if asked.is_empty() {
            return;
        }
        for request in asked {
            if let Some(answer) = answer(&request, files, settings, boundary) {
                let main = answer
                    .rendering
                    .as_ref()
                    .map(|rendering| rendering.main.clone());
                let found = |file: &File| {
                    !file.named
                        && file.rendering.as_ref().is_some_and(|own| {
                            own.answers.is_none() && Some(&own.main) == main.as_ref()
                        })
                };
                files.retain(|file| !found(file));
                files.push(answer);
            }
        }
    }
}

/// What the files ask for at both moments and none of them answers.
fn requests(files: &[File], settings: &Settings) -> Vec<Request> {
    let input = Input::of(files);
    let facts = Facts::default();
    let reading = Reading::new(&input, settings, &facts);
    let moments = [PlanPhase::After, PlanPhase::Before].into_iter();
    moments
        .flat_map(|moment| reading.requests(moment))
        .collect()
}

fn asks(file: &File) -> bool {
    let asks = |text: &str| WORDS.iter().any(|word| text.contains(word));
    let is_source = file.kind == Some(ingest::Kind::Sources);
    !is_source
        && match std::str::from_utf8(&file.bytes) {
            Ok(text) => asks(text),
            Err(_) => asks(&String::from_utf8_lossy(&file.bytes)),
        }
}

/// What a request is answered with; none where what it names is not here.
fn answer(
    request: &Request,
    files: &[File],
    settings: &Settings,
    boundary: &Boundary,
) -> Option<File> {
    let roots = if request.in_repository {
        repositories(files)
    } else {
        BTreeSet::from([repository()])
    };
    let is_named = |root: &PathBuf| {
        let url = request.repository.as_deref();
        url.is_none_or(|url| is_ours(url, root))
    };
    let named = roots.iter().filter(|root| is_named(root));
    let mut answers = named.filter_map(|root| answer_of(request, root, files, settings, boundary));
    // Where two repositories have such a path, it is not known which is meant.
    answers.next().filter(|_| answers.next().is_none())
}

/// What a request is answered with in a repository.
fn answer_of(
    request: &Request,
    root: &Path,
    files: &[File],
    settings: &Settings,
    boundary: &Boundary,
) -> Option<File> {
    let base = if request.in_repository {
        root
    } else {
        Path::new("")
    };
    let place = |path: &String| tidy(&base.join(path));
    let paths: Vec<PathBuf> = request
        .paths
        .iter()
        .map(place)
        .map(|path| {
            if path.as_os_str().is_empty() {
                PathBuf::from(".")
            } else {
                path
            }
        })
        .collect();
    if let Some(path) = paths.iter().find(|path| kind_of(path).is_some()) {
        return Some(render(
            &job(request, path, root),
            &settings.default_namespace,
            boundary,
        ));
    }
    paths
        .iter()
        .find(|path| holds(path, files))
        .map(|path| plain(request, path))
}

fn job(request: &Request, path: &Path, root: &Path) -> Job {
    let file = |values: &Values| match values {
        Values::Text(_) => None,
        Values::InChart(name) => Some(tidy(&path.join(name))),
        Values::InRepository(name) => Some(tidy(&root.join(name))),
    };
    let text = |values: &Values| {
        if let Values::Text(text) = values {
            Some(text.clone())
        } else {
            None
        }
    };
    Job {
        path: path.to_owned(),
        release: request
            .release
            .clone()
            .filter(|_| kind_of(path) == Some(Kind::Chart)),
        namespace: request.namespace.clone(),
        values: request.values.iter().filter_map(file).collect(),
        texts: request.values.iter().filter_map(text).collect(),
        set: request.set.clone(),
        answers: Some(request.clone()),
        ..Job::default()
    }
}

/// Whether a folder of plain manifests is in the input already.
fn holds(path: &Path, files: &[File]) -> bool {
    let front = if path == Path::new(".") {
        String::new()
    } else {
        format!("{}/", shown(path))
    };
    path.is_dir()
        && files.iter().any(|file| {
            file.rendering.is_none()
                && file.path.starts_with(&front)
                && matches!(ingest::detect(file), Ok(Some(ingest::Kind::Manifests)))
        })
}

/// The answer for a folder whose manifests are in the input by themselves.
fn plain(request: &Request, path: &Path) -> File {
    let rendering = Rendering {
        tool: Tool::Kustomize,
        main: shown(path).into(),
        namespace: None,
        plain: true,
        templates: Default::default(),
        answers: Some(request.clone()),
        failure: None,
    };
    let kind = Some(ingest::Kind::Manifests);
    File {
        path: shown(path).into(),
        kind,
        rendering: Some(Arc::new(rendering)),
        ..File::default()
    }
}

/// The root of the repository as seen from the working directory; the working directory where there is none.
fn repository() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let above = here
        .ancestors()
        .position(|directory| directory.join(".git").exists());
    (0..above.unwrap_or(0)).map(|_| "..").collect()
}

/// The roots of the repositories that the files are of, and that of the working directory, as seen from there.
fn repositories(files: &[File]) -> BTreeSet<PathBuf> {
    let mut folders = BTreeSet::new();
    for file in files {
        folders.extend(Path::new(&*file.path).ancestors().skip(1));
    }
    let inside = folders
        .into_iter()
        .filter(|folder| !folder.as_os_str().is_empty() && folder.join(".git").exists());
    let roots = inside.map(Path::to_owned).chain([repository()]);
    roots.map(|root| tidy(&root)).collect()
}

/// Whether a URL is that of a remote of the repository; so it is where no remote is known.
fn is_ours(url: &str, root: &Path) -> bool {
    let config = std::fs::read_to_string(root.join(".git/config")).unwrap_or_default();
    let remotes: Vec<&str> = config
        .lines()
        .filter_map(|line| line.trim().strip_prefix("url = "))
        .collect();
    remotes.is_empty() || remotes.iter().any(|remote| bare(remote) == bare(url))
}

/// A URL without scheme, user and ending: `git@host:a/b.git` and `https://host/a/b` are one repository.
fn bare(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split_once('@').map_or(rest, |(_, rest)| rest);
    rest.trim_end_matches('/')
        .trim_end_matches(".git")
        .replacen(':', "/", 1)
        .to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_repository_has_many_urls() {
        for url in [
            "https://host/a/b",
            "https://host/a/b.git",
            "git@host:a/b.git",
            "ssh://git@host/a/b",
            "https://user:pass@Host/a/b/",
        ] {
            assert_eq!(bare(url), "host/a/b", "{url}");
        }
    }
}
