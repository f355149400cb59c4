//! `rules new`: a rule to start from.

use super::error::CliError;
use crate::rules::load;

/// The rule, with a placeholder for its id.
const TEMPLATE: &str = include_str!("rule_template.yaml");

/// A rule of that id whose examples pass.
pub(super) fn template(id: &str) -> Result<String, CliError> {
    if id.starts_with("CP") {
        return Err(CliError::Usage(format!(
            "`{id}`: ids that begin with CP are those of built-in rules: choose other capitals, as in AB001"
        )));
    }
    if !id.chars().all(|letter| letter.is_ascii_alphanumeric()) {
        return Err(CliError::Usage(
            "this is no rule id: expected two capitals and three digits, as in AB001".to_owned(),
        ));
    }
    let text = TEMPLATE.replace("AB001", id);
    match load("the new rule", &text) {
        Ok(_) => Ok(text),
        Err(error) => Err(CliError::Usage(error.message)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::rule_test::test;

    #[test]
    fn its_examples_pass_and_its_id_is_checked() {
        let rule = load("new.yaml", &template("XY042").unwrap()).unwrap();
        assert_eq!(rule.id, "XY042");
        let outcome = test(&[rule]);
        assert_eq!(outcome.failed, 0, "{}", outcome.text);
        for (id, part) in [
            ("CP900", "built-in"),
            ("x1", "no rule id"),
            ("AB1: x", "no rule id"),
        ] {
            let error = template(id).unwrap_err().to_string();
            assert!(error.contains(part), "{id}: {error}");
        }
    }
}
