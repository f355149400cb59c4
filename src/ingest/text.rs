//! Bytes as they stand on disk, made into text whose places are lines and columns.

use std::borrow::Cow;

/// Bytes that are no text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct NoText {
    /// Line from 1.
    pub line: u32,
    /// Column in code points from 1.
    pub column: u32,
    /// What is wrong, and what to do.
    pub message: String,
}

/// Reads UTF-8 or UTF-16, with or without a byte order mark, which is left out. UTF-16 without one is recognised by its first bytes, of which every
/// other one is zero where the text begins in ASCII.
///
/// # Errors
/// Bytes that are none of these, with their place.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, NoText> {
    if let Some(message) = packed(bytes) {
        return Err(no_text("", message));
    }
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [1..=255, 0, 1..=255, 0, ..] => utf16(bytes, u16::from_le_bytes),
        [0, 1..=255, 0, 1..=255, ..] => utf16(bytes, u16::from_be_bytes),
        _ => utf8(bytes),
    }
}

/// Whether a program packed the bytes, so that they are no text by themselves.
#[must_use]
pub fn is_packed(bytes: &[u8]) -> bool {
    packed(bytes).is_some()
}

/// Text whose bytes are mostly UTF-8, with a mark for each that is not; none where they are another encoding or no text.
#[must_use]
pub fn lossy(bytes: &[u8]) -> Option<String> {
    let rest = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let other = is_packed(bytes)
        || bytes.starts_with(&[0xFF, 0xFE])
        || bytes.starts_with(&[0xFE, 0xFF])
        || bytes.contains(&0);
    (!other).then(|| String::from_utf8_lossy(rest).into_owned())
}

/// The text of bytes, with a mark for each that is not UTF-8; none where they are no text at all.
#[must_use]
pub fn readable(bytes: &[u8]) -> Option<Cow<'_, str>> {
    decode(bytes).map_or_else(|_| lossy(bytes).map(Cow::Owned), Some)
}

/// What to do with bytes that are no text because a program packed them, recognised by how they begin (RFC 1952, RFC 8878 and
/// the formats' own documentation).
fn packed(bytes: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 5] = [
        (
            &[0x1f, 0x8b],
            "this file is compressed with gzip: unpack it first, with `gunzip FILE` or as `zcat FILE | crosspeer scan -`",
        ),
        (
            &[0x28, 0xb5, 0x2f, 0xfd],
            "this file is compressed with zstd: unpack it first with `unzstd FILE`",
        ),
        (
            b"BZh",
            "this file is compressed with bzip2: unpack it first with `bunzip2 FILE`",
        ),
        (
            &[0xfd, b'7', b'z', b'X', b'Z', 0],
            "this file is compressed with xz: unpack it first with `unxz FILE`",
        ),
        (
            b"PK\x03\x04",
            "this file is a zip archive: unpack it first; of a binary plan print `terraform show -json FILE`",
        ),
    ];
    let found = KNOWN.iter().find(|(magic, _)| bytes.starts_with(magic));
    found.map(|(_, message)| *message)
}

fn utf8(bytes: &[u8]) -> Result<Cow<'_, str>, NoText> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(error) => {
            let (good, _) = bytes.split_at(error.valid_up_to());
            Err(no_text(
                &String::from_utf8_lossy(good),
                "a byte that is no UTF-8; save the file as UTF-8",
            ))
        }
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'static, str>, NoText> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut out = String::with_capacity(pairs.len());
    for unit in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match unit {
            Ok(c) => out.push(c),
            Err(_) => {
                return Err(no_text(
                    &out,
                    "half a UTF-16 character; the file is cut off or damaged: write it again",
                ));
            }
        }
    }
    if rest.is_empty() {
        Ok(Cow::Owned(out))
    } else {
        Err(no_text(
            &out,
            "the UTF-16 text ends inside a character; write the file again",
        ))
    }
}

fn no_text(good: &str, message: &str) -> NoText {
    let (line, column) = Lines::new(good).at(good.len());
    NoText {
        line,
        column,
        message: message.to_owned(),
    }
}

/// Finds lines and columns of byte offsets in a text, also on lines of many megabytes.
#[derive(Clone, Debug)]
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
    /// Code points before each block of [`BLOCK`] bytes.
    counts: Vec<usize>,
}

const BLOCK: usize = 512;

impl<'t> Lines<'t> {
    /// Indexes a text.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        let mut counts = vec![0];
        let mut count = 0;
        for block in text.as_bytes().chunks(BLOCK) {
            count += code_points(block);
            counts.push(count);
        }
        Lines {
            text,
            starts,
            counts,
        }
    }

    /// Line and column, both from 1, the column in code points. An offset beyond the end is the end.
    #[must_use]
    pub fn at(&self, offset: usize) -> (u32, u32) {
        let offset = offset.min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self
            .starts
            .get(line.saturating_sub(1))
            .copied()
            .unwrap_or(0);
        let column = self.before(offset) - self.before(start) + 1;
        (
            u32::try_from(line).unwrap_or(u32::MAX),
            u32::try_from(column).unwrap_or(u32::MAX),
        )
    }

    /// The byte offset of a line and a column in bytes, both from 1, as parsers report them.
    #[must_use]
    pub fn offset(&self, line: usize, column: usize) -> usize {
        let start = self
            .starts
            .get(line.saturating_sub(1))
            .copied()
            .unwrap_or(self.text.len());
        (start + column.saturating_sub(1)).min(self.text.len())
    }

    /// Number of code points before an offset.
    fn before(&self, offset: usize) -> usize {
        let block = offset / BLOCK;
        let rest = self
            .text
            .as_bytes()
            .get(block * BLOCK..offset)
            .unwrap_or_default();
        self.counts.get(block).copied().unwrap_or(0) + code_points(rest)
    }
}

/// Number of code points that begin in the bytes: all but continuation bytes.
fn code_points(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| **b & 0xC0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, mark: bool, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        let units = mark
            .then_some(0xFEFF)
            .into_iter()
            .chain(text.encode_utf16());
        units.flat_map(unit).collect()
    }

    #[test]
    fn encodings_give_one_text() {
        let text = "{\"a\": \"ü😀\"}\r\n";
        for mark in [true, false] {
            for unit in [u16::to_le_bytes as fn(u16) -> [u8; 2], u16::to_be_bytes] {
                assert_eq!(decode(&utf16(text, mark, unit)).unwrap(), text);
            }
        }
        assert_eq!(decode(text.as_bytes()).unwrap(), text);
        assert_eq!(
            decode(&[b"\xEF\xBB\xBF", text.as_bytes()].concat()).unwrap(),
            text
        );
    }

    #[test]
    fn what_is_no_text_has_a_place() {
        let wrong = decode(b"ab\n\xC3\xBCx\xFF").unwrap_err();
        assert_eq!((wrong.line, wrong.column), (2, 3));
        let mut cut = utf16("a\nbc", true, u16::to_le_bytes);
        cut.pop();
        let wrong = decode(&cut).unwrap_err();
        assert_eq!((wrong.line, wrong.column), (2, 2));
    }

    #[test]
    fn other_bytes_become_marks_in_text_only() {
        assert_eq!(lossy(b"\xEF\xBB\xBFa: \xE9\n").unwrap(), "a: \u{FFFD}\n");
        assert_eq!(lossy(b"\x1f\x8b\x08 a"), None);
        assert_eq!(lossy(b"\xFF\xFEa\0b"), None);
        assert_eq!(lossy(b"a\0\xE9"), None);
    }

    #[test]
    fn packed_files_are_told() {
        for (bytes, word) in [
            (&b"\x1f\x8b\x08"[..], "gzip"),
            (b"\x28\xb5\x2f\xfd", "zstd"),
            (b"BZh9", "bzip2"),
            (b"\xfd7zXZ\0", "xz"),
            (b"PK\x03\x04", "zip"),
        ] {
            assert!(decode(bytes).unwrap_err().message.contains(word), "{word}");
        }
        assert_eq!(decode(b"BZ").unwrap(), "BZ");
    }

    #[test]
    fn columns_count_code_points() {
        let long = format!("x\r\n{}ü|", "äb".repeat(5000));
        let lines = Lines::new(&long);
        assert_eq!(lines.at(0), (1, 1));
        assert_eq!(lines.at(3), (2, 1));
        assert_eq!(lines.at(long.find('|').unwrap()), (2, 10_002));
        assert_eq!(lines.at(usize::MAX), (2, 10_003));
        assert_eq!(Lines::new("").at(0), (1, 1));
    }
}
