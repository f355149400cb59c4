//! Puts `(sensitive)` in the place of what the input marks as sensitive.
//!
//! It works on finished text, whatever the format, because that is the one place that no new sentence and no new format can
//! forget. What is printed of the program itself (keys and closed lists of words in JSON, addresses of resources, paths of
//! files) stays as it is.

mod addresses;
mod json;
mod words;

use crate::model::Confidential;
use addresses::Numbers;
use std::borrow::Cow;
use words::{Meaning, Words};

/// What stands in the place of a sensitive value.
pub const HIDDEN: &str = "(sensitive)";

/// What nobody may read, made ready to be looked for.
#[derive(Clone, Debug, Default)]
pub struct Concealment {
    words: Words,
    numbers: Numbers,
    idle: bool,
}

impl Concealment {
    /// Makes ready for what an input marks.
    #[must_use]
    pub fn new(values: &Confidential) -> Self {
        let numbers = Numbers::new(values);
        let hits = |name: &str| numbers.conceal(name, 0..name.len()) != name;
        Concealment {
            words: Words::new(values, hits),
            idle: values.is_empty(),
            numbers,
        }
    }

    /// A text for people, without what nobody may read.
    #[must_use]
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.idle {
            return Cow::Borrowed(text);
        }
        let (mut out, mut at) = (String::with_capacity(text.len()), 0);
        while let Some((found, meaning)) = self.words.next(text, at) {
            out.push_str(&self.numbers.conceal(text, at..found.start));
            out.push_str(match meaning {
                Meaning::Open => text.get(found.clone()).unwrap_or_default(),
                Meaning::Secret { .. } => HIDDEN,
            });
            at = found.end;
        }
        out.push_str(&self.numbers.conceal(text, at..text.len()));
        if out == text {
            return Cow::Borrowed(text);
        }
        Cow::Owned(out.replace("(sensitive)-(sensitive)", HIDDEN))
    }

    /// A JSON document, or one on each line, without what nobody may read: in texts, and in ports of traffic.
    #[must_use]
    pub fn json<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.idle {
            return Cow::Borrowed(text);
        }
        Cow::Owned(json::conceal(self, text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn concealment(texts: &[&str], names: &[&str]) -> Concealment {
        let mut values = Confidential::default();
        texts.iter().for_each(|text| values.add_text(text));
        values.names = names.iter().map(|name| (*name).to_owned()).collect();
        Concealment::new(&values)
    }

    #[test]
    fn texts_are_hidden_and_addresses_of_resources_stay() {
        let hide = concealment(&["audit", "vpc-CANARY1"], &["aws_vpc.audit"]);
        for (text, expected) in [
            (
                "`aws_vpc.audit` is audit of vpc-canary1",
                "`aws_vpc.audit` is (sensitive) of (sensitive)",
            ),
            (
                "auditor xvpc-CANARY1y shop-audit",
                "auditor x(sensitive)y shop-(sensitive)",
            ),
            ("nothing", "nothing"),
        ] {
            assert_eq!(hide.text(text), expected);
        }
    }

    #[test]
    fn blocks_are_hidden_with_what_is_inside_and_where_they_end() {
        let hide = concealment(&["10.213.0.0/16", "fd00:7::/32"], &[]);
        for (text, expected) in [
            (
                "to 10.213.0.0/16, 10.213.4.0/24",
                "to (sensitive), (sensitive)",
            ),
            ("10.213.0.0-10.213.255.255", "(sensitive)"),
            (
                "0.0.0.0-10.212.255.255, 10.214.0.0-255.255.255.255",
                "0.0.0.0-(sensitive), (sensitive)-255.255.255.255",
            ),
            ("10.0.0.0/8 and fd00:7::1.", "10.0.0.0/8 and (sensitive)."),
            ("at plan.json:10:213", "at plan.json:10:213"),
        ] {
            assert_eq!(hide.text(text), expected);
        }
    }

    #[test]
    fn ports_are_hidden_and_lines_are_not() {
        let hide = concealment(&["5432"], &[]);
        assert_eq!(
            hide.text("tcp 5432, 5431-5433 at a.tf:5432"),
            "tcp (sensitive), (sensitive) at a.tf:5432"
        );
        assert_eq!(
            hide.json(r#"{"line":5432,"traffic":{"TCP":[[443,443],[5432,5432]]}}"#),
            r#"{"line":5432,"traffic":{"TCP":[[443,443],"(sensitive)"]}}"#
        );
    }

    #[test]
    fn json_stays_what_programs_read() {
        let hide = concealment(&["high", "from", "audit", "say \"x\"\nCANARY line"], &[]);
        assert_eq!(
            hide.json(r#"{"severity":"high","from":"an audit b","what":["say \"x\"\nCANARY line","CANARY line"]}"#),
            r#"{"severity":"high","from":"an (sensitive) b","what":["(sensitive)","(sensitive)"]}"#
        );
    }

    #[test]
    fn every_spelling_of_a_format_is_known() {
        let secret = "CANARY_*<b>|`@x`,1%:2\u{1b}\u{202e}";
        let hide = concealment(&[secret], &[]);
        for spelled in super::super::escape::spellings(secret) {
            assert_eq!(hide.text(&spelled), HIDDEN, "{spelled}");
        }
    }
}
