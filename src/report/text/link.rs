//! Places of the input as a reader finds them: by name, and where the terminal can by a link.

use super::super::page::Page;
use super::super::plain::plain;
use super::style::{FAINT, paint};
use crate::model::Place;
use std::collections::BTreeMap;

/// How places are shown on one page.
pub(super) struct Links<'a> {
    page: &'a Page,
    /// The folder that holds all files of the page, with a slash at its end; empty where there is none.
    folder: String,
    /// File names that more than one path has.
    shared: BTreeMap<String, bool>,
}

impl<'a> Links<'a> {
    /// For a page that shows these files.
    pub fn new<'f>(page: &'a Page, files: impl Iterator<Item = &'f str>) -> Self {
        let mut first: BTreeMap<String, &str> = BTreeMap::new();
        let mut shared = BTreeMap::new();
        let mut folder: Option<&str> = None;
        for file in files {
            let name = base(file).to_owned();
            let known = *first.entry(name.clone()).or_insert(file);
            *shared.entry(name).or_insert(false) |= known != file;
            folder = Some(common(folder.unwrap_or(file), file));
        }
        Links {
            page,
            folder: folder.unwrap_or_default().to_owned(),
            shared,
        }
    }

    /// A text as it may stand on the page.
    pub fn say(&self, text: &str) -> String {
        self.page.say(text)
    }

    /// The folder that paths are shown below; none where they are whole.
    pub fn folder(&self) -> Option<&str> {
        Some(self.folder.as_str()).filter(|folder| !folder.is_empty())
    }

    /// `folder/file:line` below the folder of the page, faint.
    pub fn place(&self, place: &Place) -> String {
        let file = place.file.strip_prefix(&self.folder).unwrap_or(&place.file);
        paint(FAINT, self.linked(place, &written(file, place.line)))
    }

    /// `file:line`, faint: the name without its folders where only one file of the page has it.
    pub fn name(&self, place: &Place) -> String {
        let name = base(&place.file);
        let unique = self.shared.get(name).is_some_and(|shared| !shared);
        if !unique {
            return self.place(place);
        }
        let text = written(name, place.line);
        paint(FAINT, self.linked(place, &text))
    }

    /// The text as a link to the file, in the form that terminals know (OSC 8).
    fn linked(&self, place: &Place, text: &str) -> String {
        match &self.page.links {
            Some(folder) if !place.file.contains("://") => {
                let target = format!("{}{}", folder, encoded(&place.file));
                format!("\u{1b}]8;;{target}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\")
            }
            _ => text.to_owned(),
        }
    }
}

/// The folders that two paths begin with, with a slash at the end.
fn common<'p>(one: &'p str, other: &str) -> &'p str {
    let same = one
        .char_indices()
        .zip(other.chars())
        .take_while(|((_, own), other)| own == other);
    let slash = same.filter(|((_, own), _)| *own == '/').last();
    slash.map_or("", |((at, _), _)| one.get(..=at).unwrap_or_default())
}

fn base(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or(file)
}

fn written(file: &str, line: u32) -> String {
    let file = plain(file);
    match line {
        0 => file.into_owned(),
        line => format!("{file}:{line}"),
    }
}

/// A path as a part of an address: everything but letters, digits and `-._~/` by its bytes (RFC 3986, 2.1).
fn encoded(path: &str) -> String {
    let byte = |byte: u8| match byte {
        b'-' | b'.' | b'_' | b'~' | b'/' => char::from(byte).to_string(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    path.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(file: &str) -> Place {
        Place {
            file: file.into(),
            line: 3,
            column: 0,
            length: 0,
        }
    }

    #[test]
    fn a_name_that_two_files_have_is_not_cut() {
        let page = Page::default();
        let links = Links::new(&page, ["d/a/x.tf", "d/a/y.tf", "d/b/y.tf"].into_iter());
        let bare = |text: String| anstream::adapter::strip_str(&text).to_string();
        assert_eq!(bare(links.name(&place("d/a/x.tf"))), "x.tf:3");
        assert_eq!(bare(links.name(&place("d/b/y.tf"))), "b/y.tf:3");
        assert_eq!(bare(links.place(&place("d/a/x.tf"))), "a/x.tf:3");
        assert_eq!(links.folder(), Some("d/"));
    }

    #[test]
    fn a_link_holds_no_byte_that_ends_it() {
        let page = Page {
            links: Some("file://host/w/".to_owned()),
            ..Page::default()
        };
        let links = Links::new(&page, std::iter::empty());
        let text = links.place(&place("a b\u{1b}\\x.tf"));
        assert!(
            text.contains("]8;;file://host/w/a%20b%1B%5Cx.tf\u{1b}\\"),
            "{text:?}"
        );
        let bare = anstream::adapter::strip_str(&text).to_string();
        assert_eq!(bare, "a b\\u{1b}\\x.tf:3");
    }
}
