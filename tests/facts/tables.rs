//! Findings and crossings as Parquet.

use crate::{SCAN, facts, of_facts, organisation};
use parquet::file::reader::{FileReader, SerializedFileReader};
use serde_json::Value;
use std::path::Path;

/// The cells of some columns of a Parquet file, row by row.
pub(crate) fn cells(path: &Path, columns: &[&str]) -> Vec<Vec<String>> {
    let reader = SerializedFileReader::new(std::fs::File::open(path).unwrap()).unwrap();
    let rows = reader.get_row_iter(None).unwrap().map(Result::unwrap);
    let one = |row: parquet::record::Row| {
        let cell = |name: &&str| {
            let mut own = row.get_column_iter();
            let (_, field) = own.find(|(column, _)| column == name).unwrap();
            field.to_string().trim_matches('"').to_owned()
        };
        columns.iter().map(cell).collect()
    };
    rows.map(one).collect()
}

#[test]
fn findings_and_crossings_are_tables_too() {
    let here = organisation("tables");
    let files =
        ["network", "pods", "data"].map(|own| facts(&here, own, &format!("{own}.parquet"), "1"));
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let empty = here.join("empty");
    let told = of_facts(
        &here,
        &["scan", "--parquet", "out"],
        &[SCAN, &files].concat()[1..],
    );
    let told: Value = serde_json::from_str(&told).unwrap();
    let findings = cells(
        &empty.join("out/findings.parquet"),
        &["rule", "fingerprint", "subject", "repository"],
    );
    let expected: Vec<Vec<String>> = told["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let text = |key: &str| one[key].as_str().unwrap().to_owned();
            let file = one["location"]["file"].as_str().unwrap();
            let repository = file.split('/').next().unwrap().to_owned();
            vec![
                text("rule"),
                text("fingerprint"),
                text("subject"),
                repository,
            ]
        })
        .collect();
    assert!(!expected.is_empty());
    assert_eq!(findings, expected);
    let crossings = cells(
        &empty.join("out/crossings.parquet"),
        &[
            "source",
            "source_cluster",
            "source_account",
            "destination",
            "destination_kind",
            "destination_network",
            "destination_account",
        ],
    );
    // The database stands in the network of the data team, the pods on the nodes of the shop.
    let database = [
        "shop/cart[Deployment]",
        "aws_eks_cluster.shop",
        "111122223333",
        "aws_instance.db",
        "resource",
        "aws_vpc.data",
        "444455556666",
    ];
    assert!(
        crossings.iter().any(|row| row == &database),
        "{crossings:?}"
    );
    let subnet: Vec<&Vec<String>> = crossings
        .iter()
        .filter(|row| row[4] == "addresses")
        .collect();
    assert!(
        subnet.iter().all(|row| row[5] == "aws_vpc.data"),
        "{crossings:?}"
    );
}
