//! Where a text report is read: how wide it may be, and whether its reader can follow links.

use super::concealment::Concealment;
use super::plain::plain;

/// The terminal, or the file, that a text goes to.
#[derive(Clone, Debug)]
pub struct Page {
    /// Columns of a line.
    pub width: usize,
    /// The address of the folder that paths are relative to, as `file://host/home/me/`; none where links would not be
    /// understood.
    pub links: Option<String>,
    /// What nobody may read: hidden before lines are broken, for a secret on two lines would not be recognised.
    pub concealment: Concealment,
}

impl Page {
    /// A text of the report as it may stand on the page: safe to print, without secrets and without the quotes around names.
    #[must_use]
    pub fn say(&self, text: &str) -> String {
        self.concealment.text(&plain(text)).replace('`', "")
    }
}

impl Default for Page {
    fn default() -> Self {
        Page {
            width: 120,
            links: None,
            concealment: Concealment::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Confidential;

    #[test]
    fn a_secret_is_hidden_before_anything_of_it_is_taken_away_or_broken() {
        let mut confidential = Confidential::default();
        confidential.texts.insert("open `se same` now".to_owned());
        let page = Page {
            concealment: Concealment::new(&confidential),
            ..Page::default()
        };
        assert_eq!(page.say("a `b` open `se same` now"), "a b (sensitive)");
    }
}
