//! Tables as Parquet: columns of texts, whole numbers and lists of texts, compressed with Zstandard.

use bytes::Bytes;
use parquet::basic::{Compression, ZstdLevel};
use parquet::column::reader::ColumnReader;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::ColumnPath;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Rows that are read at a time.
const BATCH: usize = 8192;
/// Most rows of one group.
const GROUP: usize = 1 << 17;
/// Most bytes of what one file holds, uncompressed: far more than the facts of an organisation.
const LARGEST: i64 = 4 << 30;
/// How hard it is compressed: beyond, a file is hardly smaller and takes far longer to write.
const LEVEL: i32 = 12;

/// Bytes of distinct values below which a column is not compressed: who reads many small files would spend most of the time
/// on getting ready for it.
const SMALL: usize = 2048;

/// The values of one column.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::cli) enum Column {
    /// Texts; none where there is none.
    Text(Vec<Option<String>>),
    /// Whole numbers.
    Number(Vec<Option<i64>>),
    /// Lists of texts.
    List(Vec<Vec<String>>),
}

/// Why bytes are no table.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum TableError {
    /// They are no Parquet, or not all of it.
    #[error("{0}")]
    Parquet(String),
    /// A column that is needed is not there.
    #[error("it has no column `{0}`")]
    NoColumn(&'static str),
    /// A column holds something else.
    #[error("the column `{0}` holds something else than {1}")]
    Kind(&'static str, &'static str),
    /// It is larger than any table that is meant.
    #[error("it holds more than {} GiB", LARGEST >> 30)]
    Large,
}

impl From<ParquetError> for TableError {
    fn from(error: ParquetError) -> Self {
        TableError::Parquet(error.to_string())
    }
}

/// Writes columns, which all have as many values. `about` is written beside them.
pub(in crate::cli) fn write(
    columns: &[(&'static str, Column)],
    about: &[(&str, &str)],
) -> Result<Vec<u8>, TableError> {
    let told = about
        .iter()
        .map(|(key, value)| KeyValue::new((*key).to_owned(), (*value).to_owned()));
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(LEVEL)?))
        .set_created_by("crosspeer".to_owned())
        .set_key_value_metadata(Some(told.collect()))
        .set_max_row_group_row_count(Some(GROUP));
    for (name, column) in columns.iter().filter(|(_, column)| column.is_small()) {
        properties =
            properties.set_column_compression(path(name, column), Compression::UNCOMPRESSED);
    }
    let properties = properties.build();
    let schema = Arc::new(parse_message_type(&schema(columns))?);
    let mut out = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut out, schema, Arc::new(properties))?;
    let rows = columns.first().map_or(0, |(_, column)| column.len());
    for first in (0..rows).step_by(GROUP) {
        let mut group = writer.next_row_group()?;
        write_group(&mut group, columns, first..rows.min(first + GROUP))?;
        group.close()?;
    }
    writer.close()?;
    Ok(out)
}

/// The path of the values of a column.
fn path(name: &str, column: &Column) -> ColumnPath {
    let parts: &[&str] = match column {
        Column::List(_) => &[name, "list", "element"],
        Column::Text(_) | Column::Number(_) => &[name],
    };
    ColumnPath::new(parts.iter().map(|part| (*part).to_owned()).collect())
}

fn schema(columns: &[(&'static str, Column)]) -> String {
    let one = |(name, column): &(&'static str, Column)| match column {
        Column::Text(_) => format!("optional binary {name} (STRING);"),
        Column::Number(_) => format!("optional int64 {name};"),
        Column::List(_) => format!(
            "optional group {name} (LIST) {{ repeated group list {{ required binary element (STRING); }} }}"
        ),
    };
    let columns: Vec<String> = columns.iter().map(one).collect();
    format!("message facts {{ {} }}", columns.join(" "))
}

fn write_group<W: std::io::Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    columns: &[(&'static str, Column)],
    rows: std::ops::Range<usize>,
) -> Result<(), TableError> {
    for (_, column) in columns {
        let Some(mut writer) = group.next_column()? else {
            break;
        };
        match (column, writer.untyped()) {
            (Column::Text(values), ColumnWriter::ByteArrayColumnWriter(writer)) => {
                let values = values.get(rows.clone()).unwrap_or_default();
                let levels: Vec<i16> = values.iter().map(|own| own.is_some().into()).collect();
                let own: Vec<ByteArray> = values
                    .iter()
                    .flatten()
                    .map(|own| own.as_str().into())
                    .collect();
                writer.write_batch(&own, Some(&levels), None)?;
            }
            (Column::Number(values), ColumnWriter::Int64ColumnWriter(writer)) => {
                let values = values.get(rows.clone()).unwrap_or_default();
                let levels: Vec<i16> = values.iter().map(|own| own.is_some().into()).collect();
                let own: Vec<i64> = values.iter().copied().flatten().collect();
                writer.write_batch(&own, Some(&levels), None)?;
            }
            (Column::List(values), ColumnWriter::ByteArrayColumnWriter(writer)) => {
                let values = values.get(rows.clone()).unwrap_or_default();
                let (mut defined, mut repeated, mut own) = (Vec::new(), Vec::new(), Vec::new());
                for list in values {
                    if list.is_empty() {
                        defined.push(1);
                        repeated.push(0);
                    }
                    for (at, text) in list.iter().enumerate() {
                        defined.push(2);
                        repeated.push(i16::from(at > 0));
                        own.push(ByteArray::from(text.as_str()));
                    }
                }
                writer.write_batch(&own, Some(&defined), Some(&repeated))?;
            }
            _ => {
                return Err(TableError::Parquet(
                    "a column is of another kind".to_owned(),
                ));
            }
        }
        writer.close()?;
    }
    Ok(())
}

impl Column {
    fn len(&self) -> usize {
        match self {
            Column::Text(own) => own.len(),
            Column::Number(own) => own.len(),
            Column::List(own) => own.len(),
        }
    }

    /// Whether the distinct values take few bytes.
    fn is_small(&self) -> bool {
        let texts: BTreeSet<&str> = match self {
            Column::Number(own) => return own.len() * 8 < SMALL,
            Column::Text(own) => own.iter().flatten().map(String::as_str).collect(),
            Column::List(own) => own.iter().flatten().map(String::as_str).collect(),
        };
        texts.into_iter().map(str::len).sum::<usize>() < SMALL
    }

    /// The same sort of column without values.
    fn empty(&self) -> Column {
        match self {
            Column::Text(_) => Column::Text(Vec::new()),
            Column::Number(_) => Column::Number(Vec::new()),
            Column::List(_) => Column::List(Vec::new()),
        }
    }
}

/// Reads columns of a table. `wanted`: names, with what each holds and whether the table must have it; one that it does not
/// have is without values in every row. Whatever the bytes are, this ends, in bounded memory.
pub(in crate::cli) fn read(
    bytes: Vec<u8>,
    wanted: &[(&'static str, Column, bool)],
) -> Result<BTreeMap<&'static str, Column>, TableError> {
    // The reader of others trusts what a file tells of itself in places; a file that lies is no table.
    let work = AssertUnwindSafe(|| read_all(Bytes::from(bytes), wanted));
    catch_unwind(work).unwrap_or_else(|_| {
        let why = "what it tells of itself is not so".to_owned();
        Err(TableError::Parquet(why))
    })
}

fn read_all(
    bytes: Bytes,
    wanted: &[(&'static str, Column, bool)],
) -> Result<BTreeMap<&'static str, Column>, TableError> {
    let reader = SerializedFileReader::new(bytes)?;
    let about = reader.metadata();
    let groups = about.row_groups().iter();
    let size = groups.fold(0, |sum: i64, group| {
        sum.saturating_add(group.total_byte_size().max(0))
    });
    let rows = about.file_metadata().num_rows();
    if size > LARGEST || !(0..LARGEST / 64).contains(&rows) {
        return Err(TableError::Large);
    }
    let schema = about.file_metadata().schema_descr_ptr();
    let mut left = LARGEST;
    let mut out = BTreeMap::new();
    for (name, kind, needed) in wanted {
        let own = |column: &parquet::schema::types::ColumnDescPtr| {
            column
                .path()
                .parts()
                .first()
                .is_some_and(|first| first == name)
        };
        let Some(at) = schema.columns().iter().position(own) else {
            if *needed {
                return Err(TableError::NoColumn(name));
            }
            out.insert(*name, absent(kind, usize::try_from(rows).unwrap_or(0)));
            continue;
        };
        let levels = (
            schema.column(at).max_def_level(),
            schema.column(at).max_rep_level(),
        );
        let mut column = kind.empty();
        for group in 0..reader.num_row_groups() {
            let group = reader.get_row_group(group)?;
            let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
            let own = group.get_column_reader(at)?;
            fill(&mut column, own, (name, rows), levels, &mut left)?;
        }
        if usize::try_from(rows) != Ok(column.len()) {
            return Err(TableError::Parquet(format!(
                "the column `{name}` ends early"
            )));
        }
        out.insert(*name, column);
    }
    Ok(out)
}

fn absent(kind: &Column, rows: usize) -> Column {
    match kind {
        Column::Text(_) => Column::Text(vec![None; rows]),
        Column::Number(_) => Column::Number(vec![None; rows]),
        Column::List(_) => Column::List(vec![Vec::new(); rows]),
    }
}

/// Adds the values of one group. `levels`: at which definition a value is there, and how deep lists are.
fn fill(
    column: &mut Column,
    reader: ColumnReader,
    (name, rows): (&'static str, usize),
    (defined, repeated): (i16, i16),
    left: &mut i64,
) -> Result<(), TableError> {
    let wrong = |expected| Err(TableError::Kind(name, expected));
    match (column, reader) {
        (Column::Text(out), ColumnReader::ByteArrayColumnReader(reader)) if repeated == 0 => {
            let mut add = |own: Option<ByteArray>, _| {
                out.push(own.map(|own| text(&own, left)).transpose()?);
                Ok(())
            };
            each::<ByteArrayType>(reader, rows, defined, &mut add)
        }
        (Column::Number(out), ColumnReader::Int64ColumnReader(reader)) if repeated == 0 => {
            let mut add = |own: Option<i64>, _| {
                out.push(own);
                Ok(())
            };
            each::<Int64Type>(reader, rows, defined, &mut add)
        }
        (Column::List(out), ColumnReader::ByteArrayColumnReader(reader)) if repeated == 1 => {
            let mut add = |own: Option<ByteArray>, is_first: bool| {
                if is_first {
                    out.push(Vec::new());
                }
                if let (Some(own), Some(list)) = (own, out.last_mut()) {
                    list.push(text(&own, left)?);
                }
                Ok(())
            };
            each::<ByteArrayType>(reader, rows, defined, &mut add)
        }
        (Column::Text(_), _) => wrong("texts"),
        (Column::Number(_), _) => wrong("whole numbers of 64 bits"),
        (Column::List(_), _) => wrong("lists of texts"),
    }
}

/// A text, of which all together may only be so many: a small file can name one text millions of times.
fn text(own: &ByteArray, left: &mut i64) -> Result<String, TableError> {
    *left -= i64::try_from(own.len())
        .unwrap_or(i64::MAX)
        .saturating_add(24);
    if *left < 0 {
        return Err(TableError::Large);
    }
    Ok(String::from_utf8_lossy(own.data()).into_owned())
}

/// Calls for each value of a column, or none, and whether it begins a row.
fn each<T: parquet::data_type::DataType>(
    mut reader: parquet::column::reader::ColumnReaderImpl<T>,
    mut rows: usize,
    defined: i16,
    add: &mut dyn FnMut(Option<T::T>, bool) -> Result<(), TableError>,
) -> Result<(), TableError> {
    let (mut definitions, mut repetitions, mut values) = (Vec::new(), Vec::new(), Vec::new());
    while rows > 0 {
        definitions.clear();
        repetitions.clear();
        values.clear();
        let (read, ..) = reader.read_records(
            rows.min(BATCH),
            Some(&mut definitions),
            Some(&mut repetitions),
            &mut values,
        )?;
        if read == 0 {
            return Err(TableError::Parquet("it ends early".to_owned()));
        }
        rows -= read.min(rows);
        let mut values = values.drain(..);
        if definitions.is_empty() {
            // Every value of a column that needs no definition is there.
            for value in values {
                add(Some(value), true)?;
            }
            continue;
        }
        for (at, definition) in definitions.iter().enumerate() {
            let is_first = repetitions.get(at).is_none_or(|own| *own == 0);
            let value = (*definition == defined).then(|| values.next()).flatten();
            add(value, is_first)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<(&'static str, Column)> {
        let texts = [Some("a"), None, Some(""), Some("é")].map(|own| own.map(str::to_owned));
        let lists = [vec![], vec!["x"], vec!["y", "z", ""], vec![]];
        let lists = lists.map(|own| own.into_iter().map(str::to_owned).collect());
        vec![
            ("text", Column::Text(texts.to_vec())),
            (
                "number",
                Column::Number(vec![Some(-1), None, Some(i64::MAX), Some(0)]),
            ),
            ("list", Column::List(lists.to_vec())),
        ]
    }

    fn wanted() -> Vec<(&'static str, Column, bool)> {
        let own = columns().into_iter();
        own.map(|(name, column)| (name, column.empty(), true))
            .collect()
    }

    #[test]
    fn what_is_written_is_read() {
        let bytes = write(&columns(), &[("a", "b")]).unwrap();
        let read = read(bytes, &wanted()).unwrap();
        for (name, column) in columns() {
            assert_eq!(read[name], column, "{name}");
        }
    }

    #[test]
    fn a_column_that_is_not_there_is_empty_or_missed() {
        let bytes = write(&columns(), &[]).unwrap();
        let also = ("other", Column::List(Vec::new()), false);
        let found = read(bytes.clone(), &[also]).unwrap();
        assert_eq!(found["other"], Column::List(vec![Vec::new(); 4]));
        for (wanted, why) in [
            (
                ("other", Column::Text(Vec::new()), true),
                "it has no column `other`",
            ),
            (
                ("text", Column::Number(Vec::new()), true),
                "the column `text` holds something else than whole numbers of 64 bits",
            ),
            (
                ("list", Column::Text(Vec::new()), true),
                "the column `list` holds something else than texts",
            ),
        ] {
            assert_eq!(read(bytes.clone(), &[wanted]).unwrap_err().to_string(), why);
        }
    }

    /// Whatever becomes of a file on its way, reading it is an error or gives rows, and ends.
    #[test]
    fn broken_files_are_errors() {
        let bytes = write(&columns(), &[]).unwrap();
        for length in 0..bytes.len() {
            assert!(
                read(bytes[..length].to_vec(), &wanted()).is_err(),
                "{length}"
            );
        }
        for at in 0..bytes.len() {
            for flip in [1, 0x80, 0xff] {
                let mut own = bytes.clone();
                own[at] ^= flip;
                let _ = read(own, &wanted());
            }
        }
    }
}
