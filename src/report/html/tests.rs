//! The page holds its data as text, and asks for nothing.

use super::super::medium::{Medium, fit};
use super::super::sample::{finding, scan_of};
use super::*;
use crate::model::World;
use crate::rules::builtin;
use serde_json::Value;

/// The data of a page, as a browser reads them.
fn data(parts: &[String]) -> Value {
    let fitted: String = parts.iter().map(|part| fit(part, Medium::Page)).collect();
    let (_, rest) = fitted.split_once("id=\"data\">").unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

#[test]
fn the_data_stand_in_the_page_as_text() {
    let world = World::default();
    let hostile = "</script><img src=x onerror=alert(1)>&lt;`\u{202e}";
    let findings = [crate::rules::Finding {
        message: hostile.to_owned(),
        subject: hostile.to_owned(),
        ..finding(1)
    }];
    let rules = builtin().unwrap();
    let parts: Vec<String> = page(&scan_of(&findings, &rules, &world)).collect();
    let whole: String = parts.iter().map(|part| fit(part, Medium::Page)).collect();
    assert!(!whole.contains("<img"), "an element of the input");
    let written = hostile.replace('\u{202e}', "\\u{202e}");
    assert_eq!(data(&parts)["findings"][0]["message"], written);
    assert!(whole.ends_with("</html>\n"));
}

#[test]
fn the_page_is_small_and_asks_for_nothing() {
    assert!(PAGE.len() < 1_000_000, "{}", PAGE.len());
    assert_eq!(PAGE.matches(MARK).count(), 1);
    let policy = PAGE.split("Content-Security-Policy").nth(1).unwrap();
    let policy = policy.split("\">").next().unwrap();
    assert!(policy.contains("default-src 'none'"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"));
    for asks in [" src=", "<link", "@import", "url("] {
        assert!(!PAGE.contains(asks), "{asks}");
    }
}
