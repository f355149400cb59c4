//! Rows of facts as columns of a table.

use super::table::{Column, TableError, read, write};
use crate::ingest::facts::{Fact, VERSION};
use std::collections::BTreeMap;

/// One column: its name, whether a table must have it, and how rows hold it.
struct Held {
    name: &'static str,
    needed: bool,
    cell: Cell,
}

/// A value of a row, to read and to write.
enum Cell {
    Needed(fn(&mut Fact) -> &mut String),
    Text(fn(&mut Fact) -> &mut Option<String>),
    Number(fn(&mut Fact) -> &mut Option<i64>),
    List(fn(&mut Fact) -> &mut Vec<String>),
}

const fn held(name: &'static str, cell: Cell) -> Held {
    let needed = matches!(cell, Cell::Needed(_));
    Held { name, needed, cell }
}

/// All columns, in the order in which people meet them.
const COLUMNS: &[Held] = &[
    held("repository", Cell::Needed(|own| &mut own.repository)),
    held("commit", Cell::Text(|own| &mut own.commit)),
    held("committed", Cell::Number(|own| &mut own.committed)),
    held("kind", Cell::Needed(|own| &mut own.kind)),
    held("type", Cell::Text(|own| &mut own.r#type)),
    held("moment", Cell::Needed(|own| &mut own.moment)),
    held("number", Cell::Number(|own| &mut own.number)),
    held("input", Cell::Number(|own| &mut own.input)),
    held("presence", Cell::Text(|own| &mut own.presence)),
    held("address", Cell::Text(|own| &mut own.address)),
    held("id", Cell::Text(|own| &mut own.id)),
    held("aliases", Cell::List(|own| &mut own.aliases)),
    held("account", Cell::Text(|own| &mut own.account)),
    held("region", Cell::Text(|own| &mut own.region)),
    held("cluster", Cell::Text(|own| &mut own.cluster)),
    held("namespace", Cell::Text(|own| &mut own.namespace)),
    held("name", Cell::Text(|own| &mut own.name)),
    held("cidr", Cell::List(|own| &mut own.cidr)),
    held("joins_to", Cell::List(|own| &mut own.joins_to)),
    held("file", Cell::Text(|own| &mut own.file)),
    held("line", Cell::Number(|own| &mut own.line)),
    held("body", Cell::Needed(|own| &mut own.body)),
];

/// Rows as the bytes of a Parquet file.
pub(in crate::cli) fn encode(mut rows: Vec<Fact>) -> Result<Vec<u8>, TableError> {
    let mut columns = Vec::new();
    for own in COLUMNS {
        let rows = rows.iter_mut();
        let column = match own.cell {
            Cell::Needed(cell) => {
                Column::Text(rows.map(|row| Some(std::mem::take(cell(row)))).collect())
            }
            Cell::Text(cell) => Column::Text(rows.map(|row| cell(row).take()).collect()),
            Cell::Number(cell) => Column::Number(rows.map(|row| *cell(row)).collect()),
            Cell::List(cell) => Column::List(rows.map(|row| std::mem::take(cell(row))).collect()),
        };
        columns.push((own.name, column));
    }
    let version = VERSION.to_string();
    write(&columns, &[("crosspeer.facts", &version)])
}

/// Rows of the bytes of a Parquet file.
pub(in crate::cli) fn decode(bytes: Vec<u8>) -> Result<Vec<Fact>, TableError> {
    let kind = |cell: &Cell| match cell {
        Cell::Needed(_) | Cell::Text(_) => Column::Text(Vec::new()),
        Cell::Number(_) => Column::Number(Vec::new()),
        Cell::List(_) => Column::List(Vec::new()),
    };
    let wanted: Vec<_> = COLUMNS
        .iter()
        .map(|own| (own.name, kind(&own.cell), own.needed))
        .collect();
    let mut read: BTreeMap<&'static str, Column> = read(bytes, &wanted)?;
    let mut rows: Vec<Fact> = Vec::new();
    for own in COLUMNS {
        let Some(column) = read.remove(own.name) else {
            continue;
        };
        match (column, &own.cell) {
            (Column::Text(values), Cell::Needed(cell)) => {
                rows.resize_with(values.len(), Fact::default);
                for (row, value) in rows.iter_mut().zip(values) {
                    *cell(row) = value.ok_or(TableError::Kind(own.name, "a text in every row"))?;
                }
            }
            (Column::Text(values), Cell::Text(cell)) => {
                let pairs = rows.iter_mut().zip(values);
                pairs.for_each(|(row, value)| *cell(row) = value);
            }
            (Column::Number(values), Cell::Number(cell)) => {
                let pairs = rows.iter_mut().zip(values);
                pairs.for_each(|(row, value)| *cell(row) = value);
            }
            (Column::List(values), Cell::List(cell)) => {
                let pairs = rows.iter_mut().zip(values);
                pairs.for_each(|(row, value)| *cell(row) = value);
            }
            _ => return Err(TableError::Kind(own.name, "what it should")),
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_member_of_a_row_comes_back() {
        let text = |word: &str| Some(word.to_owned());
        let row = Fact {
            repository: "shop".to_owned(),
            commit: text("c"),
            committed: Some(7),
            kind: "network".to_owned(),
            r#type: text("aws_vpc"),
            moment: "both".to_owned(),
            number: Some(3),
            input: Some(1),
            presence: text("deferred"),
            address: text("aws_vpc.a"),
            id: text("vpc-1"),
            aliases: vec!["arn:x".to_owned()],
            account: text("1"),
            region: text("r"),
            cluster: text("k"),
            namespace: text("n"),
            name: text("m"),
            cidr: vec!["10.0.0.0/8".to_owned()],
            joins_to: vec!["b".to_owned(), "c".to_owned()],
            file: text("a.tf"),
            line: Some(12),
            body: "{}".to_owned(),
        };
        let rows = vec![row, Fact::default()];
        assert_eq!(decode(encode(rows.clone()).unwrap()).unwrap(), rows);
    }

    #[test]
    fn other_tables_are_told() {
        let other = write(&[("a", Column::Text(vec![None]))], &[]).unwrap();
        assert_eq!(
            decode(other).unwrap_err().to_string(),
            "it has no column `repository`"
        );
        let needed = ["repository", "kind", "moment", "body"];
        let empty = needed.map(|name| (name, Column::Text(vec![None])));
        let said = decode(write(&empty, &[]).unwrap()).unwrap_err().to_string();
        assert_eq!(
            said,
            "the column `repository` holds something else than a text in every row"
        );
    }
}
