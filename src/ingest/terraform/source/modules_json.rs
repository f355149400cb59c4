//! `modules.json`: where `terraform init` put each module (terraform `internal/modsdir/manifest.go`).

use super::fault::refused;
use crate::ingest::text::decode;
use crate::ingest::{InputError, json_fault};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Manifest {
    #[serde(rename = "Modules")]
    modules: Vec<Record>,
}

#[derive(Deserialize)]
struct Record {
    /// Names of calls from the root, with dots between; empty for the root itself.
    #[serde(rename = "Key")]
    key: String,
    /// Directory, relative to that of the root module.
    #[serde(rename = "Dir")]
    dir: String,
}

/// Directories by module key, relative to the root module. Reads the object of `.terraform/modules/modules.json` and the
/// plain list of a binary plan alike.
pub(super) fn read(path: &str, bytes: &[u8]) -> Result<BTreeMap<String, String>, InputError> {
    let text = decode(bytes).map_err(|no| refused(path, no.message))?;
    let records = match serde_json::from_str::<Manifest>(&text) {
        Ok(manifest) => manifest.modules,
        Err(_) => serde_json::from_str(&text).map_err(|error| wrong(path, &error))?,
    };
    Ok(records
        .into_iter()
        .map(|record| (record.key, record.dir))
        .collect())
}

fn wrong(path: &str, error: &serde_json::Error) -> InputError {
    let message = format!(
        "no module manifest as `terraform init` writes it ({}); run `terraform init` again",
        json_fault(error)
    );
    InputError {
        line: u32::try_from(error.line()).unwrap_or(0),
        ..refused(path, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let record =
            r#"{"Key":"vpc","Source":"registry/x","Version":"1.0","Dir":".terraform/modules/vpc"}"#;
        for text in [
            format!(r#"{{"Modules":[{{"Key":"","Source":"","Dir":"."}},{record}]}}"#),
            format!(r#"[{{"Key":"","Dir":"."}},{record}]"#),
        ] {
            let keys = read("modules.json", text.as_bytes()).unwrap();
            assert_eq!(
                keys.into_iter().collect::<Vec<_>>(),
                [
                    ("".into(), ".".into()),
                    ("vpc".into(), ".terraform/modules/vpc".into())
                ]
            );
        }
        assert!(
            read("modules.json", b"{}")
                .unwrap_err()
                .message
                .contains("no module manifest")
        );
    }
}
