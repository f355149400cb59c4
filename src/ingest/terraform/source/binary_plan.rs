//! The binary plan file of `terraform plan -out`: a zip that holds, beside the plan itself, the configuration it was made
//! from. `tfconfig/modules.json` lists the modules, `tfconfig/m-<key>/` holds the files of each; the root's key is empty
//! (terraform `internal/plans/planfile/config_snapshot.go`).

use super::fault::refused;
use super::modules_json;
use super::paths::join;
use crate::ingest::InputError;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// Most bytes of configuration that are unpacked from one plan.
const LIMIT: u64 = 256 << 20;

/// The configuration in a binary plan.
#[derive(Debug, Default)]
pub(super) struct Snapshot {
    /// Directories by module key, relative to the root module.
    pub keys: BTreeMap<String, String>,
    /// Files by directory, relative to the root module, and name.
    pub files: BTreeMap<(String, String), Vec<u8>>,
}

/// Unpacks the configuration.
pub(super) fn read(path: &str, bytes: &[u8]) -> Result<Snapshot, InputError> {
    if bytes.first() == Some(&b'{') {
        return Err(refused(
            path,
            unreadable("is no zip but JSON: encrypted by OpenTofu, or a plan as JSON"),
        ));
    }
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes))
        .map_err(|_| refused(path, unreadable("is no zip archive, or is cut off")))?;
    let mut by_key: BTreeMap<(String, String), Vec<u8>> = BTreeMap::new();
    let (mut manifest, mut left) = (None, LIMIT);
    for index in 0..archive.len() {
        let broken = || refused(path, unreadable("has a damaged part"));
        let mut entry = archive.by_index(index).map_err(|_| broken())?;
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        let Some(inner) = name.strip_prefix("tfconfig/") else {
            continue;
        };
        let mut content = Vec::new();
        let size = entry
            .by_ref()
            .take(left)
            .read_to_end(&mut content)
            .map_err(|_| broken())?;
        left = left.saturating_sub(size as u64);
        if left == 0 {
            return Err(refused(
                path,
                unreadable("holds more than 256 MiB of configuration"),
            ));
        }
        match inner
            .strip_prefix("m-")
            .and_then(|inner| inner.split_once('/'))
        {
            Some((key, file)) => drop(by_key.insert((key.to_owned(), file.to_owned()), content)),
            None if inner == "modules.json" => manifest = Some(content),
            None => {}
        }
    }
    let manifest = manifest.ok_or_else(|| refused(path, unreadable("holds no configuration")))?;
    let keys = modules_json::read(path, &manifest)?;
    let directory = |key: &str| {
        keys.get(key)
            .map_or_else(|| format!(".terraform/modules/{key}"), |dir| join("", dir))
    };
    let files = by_key
        .into_iter()
        .map(|((key, file), content)| ((directory(&key), file), content))
        .collect();
    Ok(Snapshot { files, keys })
}

fn unreadable(why: &str) -> String {
    format!(
        "the binary plan {why}, so it gives no sources: give the sources with `--tf DIR` instead"
    )
}

#[cfg(test)]
mod tests;
