//! Which files may be read: regular ones of a bounded size, below the folders that were named. `SECURITY.md` says against whom.

use super::error::CliError;
use super::paths::{shown, tidy};
use std::fs::{File, Metadata};
use std::io::Read;
use std::path::{Component, Path, PathBuf};

/// Largest file that is read where it is named, in bytes.
const LARGEST_NAMED: u64 = 2 << 30;

/// Why a file is not read; the text names it.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    /// It lies elsewhere, by its path or by a link.
    #[error("`{0}` leads out of the repository or folder that was named, so it is not read")]
    Outside(String),
    /// It belongs to git itself: its configuration may hold a token.
    #[error("`{0}` belongs to git itself, so it is not read")]
    OfGit(String),
    /// It is a FIFO, a socket or a device: reading it may never end.
    #[error("`{path}` is {what}: only regular files are read")]
    Special { path: String, what: &'static str },
    /// It is too large.
    #[error("`{path}` is larger than {}, so it is not read", mebibytes(*.limit))]
    Large { path: String, limit: u64 },
    /// A link leads to a folder that it stands in.
    #[error("`{0}` leads back to a folder that holds it")]
    Loop(String),
    /// It is not there, or the system refuses.
    #[error("`{path}`: cannot be read: {why}")]
    Unreadable { path: String, why: std::io::Error },
}

fn mebibytes(bytes: u64) -> String {
    format!("{} MiB", bytes >> 20)
}

impl Refusal {
    fn unreadable(path: &Path, why: std::io::Error) -> Refusal {
        Refusal::Unreadable {
            path: shown(path),
            why,
        }
    }
}

/// The folders that reading is kept to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Boundary {
    /// Without links.
    roots: Vec<PathBuf>,
}

impl Boundary {
    /// The repository of the working directory (else that directory), and of each path that the user names: a folder that is in no
    /// repository counts itself, a file adds nothing.
    pub fn of<'p>(named: impl IntoIterator<Item = &'p Path>) -> Boundary {
        let here = std::env::current_dir().unwrap_or_default();
        let mut roots = vec![repository(&here).unwrap_or(here)];
        for path in named {
            let path = std::path::absolute(path).map_or_else(|_| path.to_owned(), |p| tidy(&p));
            roots.extend(repository(&path).or_else(|| path.is_dir().then_some(path)));
        }
        Boundary {
            roots: roots.iter().map(|root| real(root)).collect(),
        }
    }

    /// One folder.
    pub fn folder(path: &Path) -> Boundary {
        Boundary {
            roots: vec![real(path)],
        }
    }

    /// Lets files be read that the user names one by one.
    pub fn admit<'p>(&mut self, files: impl IntoIterator<Item = &'p PathBuf>) {
        self.roots.extend(files.into_iter().map(|file| real(file)));
    }

    /// The path without links, where it lies inside.
    pub fn resolve(&self, path: &Path) -> Result<PathBuf, Refusal> {
        let found = path
            .canonicalize()
            .map_err(|why| Refusal::unreadable(path, why));
        // Of what is not there the path says whether it would lie inside.
        let place = match &found {
            Ok(found) => found.clone(),
            Err(_) => real(path),
        };
        let Some(below) = self
            .roots
            .iter()
            .find_map(|root| place.strip_prefix(root).ok())
        else {
            return Err(Refusal::Outside(shown(path)));
        };
        if below
            .components()
            .any(|part| part == Component::Normal(".git".as_ref()))
        {
            return Err(Refusal::OfGit(shown(path)));
        }
        found
    }

    /// Reads a regular file of at most `limit` bytes.
    pub fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, Refusal> {
        read_regular(&self.resolve(path)?, limit).map_err(|refusal| refusal.about(path))
    }
}

impl Refusal {
    /// The same of the path by which a file was named.
    fn about(self, named: &Path) -> Refusal {
        let path = shown(named);
        match self {
            Refusal::Special { what, .. } => Refusal::Special { path, what },
            Refusal::Large { limit, .. } => Refusal::Large { path, limit },
            Refusal::Unreadable { why, .. } => Refusal::Unreadable { path, why },
            other => other,
        }
    }
}

/// Checks that a path in a repository leads to no place outside of it; a path in none may lead anywhere. A pull request can put a link where a
/// file is named.
pub(super) fn stays(path: &Path) -> Result<(), Refusal> {
    let absolute = std::path::absolute(path).map_err(|why| Refusal::unreadable(path, why))?;
    let Some(root) = repository(&tidy(&absolute)) else {
        return Ok(());
    };
    // Of a link to what is not there yet, what counts is where it leads.
    let place = match std::fs::read_link(&absolute) {
        Ok(target) => absolute.parent().unwrap_or(&absolute).join(target),
        Err(_) => absolute,
    };
    if real(&place).starts_with(real(&root)) {
        Ok(())
    } else {
        Err(Refusal::Outside(shown(path)))
    }
}

/// Reads a regular file of at most `limit` bytes, wherever it lies.
pub(super) fn read_regular(path: &Path, limit: u64) -> Result<Vec<u8>, Refusal> {
    // Looked at first, since opening a FIFO waits for who writes.
    let about = std::fs::metadata(path).map_err(|why| Refusal::unreadable(path, why))?;
    if let Some(what) = special(&about) {
        let path = shown(path);
        return Err(Refusal::Special { path, what });
    }
    let file = File::open(path).map_err(|why| Refusal::unreadable(path, why))?;
    read_bounded(file, limit).map_err(|why| match why {
        None => Refusal::Large {
            path: shown(path),
            limit,
        },
        Some(why) => Refusal::unreadable(path, why),
    })
}

/// Reads to the end; an error without a reason where there is more than `limit` bytes.
pub(super) fn read_bounded(
    source: impl Read,
    limit: u64,
) -> Result<Vec<u8>, Option<std::io::Error>> {
    let mut bytes = Vec::new();
    source
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(Some)?;
    if bytes.len() as u64 > limit {
        return Err(None);
    }
    Ok(bytes)
}

/// What something is that is neither a regular file nor a folder; none where it is one of them.
pub(super) fn special(about: &Metadata) -> Option<&'static str> {
    if about.is_file() || about.is_dir() {
        return None;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        let kind = about.file_type();
        if kind.is_fifo() {
            return Some("a FIFO");
        }
        if kind.is_socket() {
            return Some("a socket");
        }
    }
    Some("a device")
}

/// The nearest folder at or above an absolute path that holds `.git`.
pub(super) fn repository(path: &Path) -> Option<PathBuf> {
    path.ancestors()
        .find(|directory| directory.join(".git").exists())
        .map(Path::to_owned)
}

/// The path without links; of what is not there, with its nearest folder that is.
fn real(path: &Path) -> PathBuf {
    // An empty path is the working directory, and never the beginning of every other.
    let path = Some(path).filter(|path| !path.as_os_str().is_empty());
    let path = path.unwrap_or(Path::new("."));
    let path = std::path::absolute(path).map_or_else(|_| path.to_owned(), |path| tidy(&path));
    let found = path
        .ancestors()
        .find_map(|above| Some((above, above.canonicalize().ok()?)));
    match found {
        Some((above, real)) => match path.strip_prefix(above) {
            Ok(rest) if rest.as_os_str().is_empty() => real,
            Ok(rest) => real.join(rest),
            Err(_) => real,
        },
        None => path,
    }
}

#[cfg(unix)]
/// Reads a file that is named, of whatever kind it is, with the path in the error.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    let failed = |why| CliError::Read {
        path: path.to_owned(),
        why,
    };
    let file = std::fs::File::open(path).map_err(failed)?;
    read_bounded(file, LARGEST_NAMED).map_err(|why| failed(why.unwrap_or_else(too_large)))
}

/// Reads standard input to its end.
pub(super) fn read_standard_input() -> Result<Vec<u8>, CliError> {
    read_bounded(std::io::stdin().lock(), LARGEST_NAMED).map_err(|why| CliError::Read {
        path: PathBuf::from("-"),
        why: why.unwrap_or_else(too_large),
    })
}

fn too_large() -> std::io::Error {
    std::io::Error::other(format!("it is larger than {} MiB", LARGEST_NAMED >> 20))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    /// A folder with a file inside, one outside, and links; `inside` is the boundary.
    fn places() -> (tempfile::TempDir, Boundary) {
        let home = tempfile::tempdir().unwrap();
        let inside = home.path().join("inside");
        std::fs::create_dir_all(inside.join(".git")).unwrap();
        for (path, text) in [
            ("inside/a", "a"),
            ("inside/.git/config", "token"),
            ("outside", "o"),
        ] {
            std::fs::write(home.path().join(path), text).unwrap();
        }
        symlink("a", inside.join("to-a")).unwrap();
        symlink("../outside", inside.join("to-outside")).unwrap();
        symlink("..", inside.join("up")).unwrap();
        symlink("/dev/zero", inside.join("to-device")).unwrap();
        symlink(".git/config", inside.join("to-git")).unwrap();
        symlink("/no/such/place", inside.join("to-nothing")).unwrap();
        let boundary = Boundary::folder(&inside);
        (home, boundary)
    }

    #[test]
    fn only_what_lies_inside_is_read() {
        let (home, boundary) = places();
        let read = |name: &str| {
            boundary
                .read(&home.path().join("inside").join(name), 100)
                .map_err(|refusal| refusal.to_string())
        };
        assert_eq!(read("a"), Ok(b"a".to_vec()));
        assert_eq!(read("to-a"), Ok(b"a".to_vec()));
        for (name, why) in [
            ("../outside", "leads out"),
            ("to-outside", "leads out"),
            ("up/outside", "leads out"),
            ("../no-such-file", "leads out"),
            ("/etc/hostname", "leads out"),
            ("to-device", "leads out"),
            ("to-nothing", "cannot be read"),
            (".git/config", "belongs to git"),
            ("to-git", "belongs to git"),
            ("b", "cannot be read"),
        ] {
            let said = read(name).unwrap_err();
            assert!(said.contains(why), "{name}: {said}");
            let last = name.rsplit('/').next().unwrap();
            assert!(said.contains(last), "{name} is not named: {said}");
        }
    }

    #[test]
    fn only_regular_files_of_bounded_size_are_read() {
        let (home, _) = places();
        let fifo = home.path().join("fifo");
        let made = std::process::Command::new("mkfifo")
            .arg(&fifo)
            .status()
            .unwrap();
        assert!(made.success());
        let said = |path: &Path, limit| read_regular(path, limit).unwrap_err().to_string();
        assert!(said(&fifo, 9).contains("is a FIFO: only regular files"));
        assert!(said(Path::new("/dev/zero"), 9).contains("is a device"));
        std::fs::write(home.path().join("large"), [0; 10]).unwrap();
        assert!(said(&home.path().join("large"), 9).contains("larger than"));
        assert_eq!(
            read_regular(&home.path().join("large"), 10).unwrap().len(),
            10
        );
    }

    #[test]
    fn an_empty_path_admits_the_working_directory_and_nothing_else() {
        let mut boundary = Boundary::default();
        boundary.admit([&PathBuf::new()]);
        assert!(boundary.read(Path::new("/etc/hostname"), 1 << 20).is_err());
        assert!(boundary.read(Path::new("Cargo.toml"), 1 << 20).is_ok());
    }

    #[test]
    fn a_named_file_adds_itself_and_nothing_beside_it() {
        let (home, _) = places();
        let (file, beside) = (home.path().join("outside"), home.path().join("secret"));
        std::fs::write(&beside, "s").unwrap();
        let mut boundary = Boundary::of([file.as_path()]);
        assert!(boundary.read(&file, 9).is_err());
        boundary.admit([&file]);
        assert!(boundary.read(&file, 9).is_ok());
        assert!(boundary.read(&beside, 9).is_err());
        // A folder that is named may be read, a folder of a repository means all of the repository.
        assert!(Boundary::of([home.path()]).read(&beside, 9).is_ok());
        let below = home.path().join("inside/sub");
        std::fs::create_dir(&below).unwrap();
        let boundary = Boundary::of([below.as_path()]);
        assert!(boundary.read(&home.path().join("inside/a"), 9).is_ok());
        assert!(boundary.read(&beside, 9).is_err());
    }
}
