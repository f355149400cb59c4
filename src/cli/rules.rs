//! `rules`: list, show, new, test, schema.

use super::CommandOutcome;
use super::arguments::{self, Plain, RulesCommand};
use super::console::Console;
use super::error::CliError;
use super::rule_set::{rule_set, rules_in};
use super::rule_template::template;
use super::rule_test::test;
use super::writing::medium;
use crate::report::{Medium, rule_page};
use crate::rules::{builtin, schema};

/// Runs `rules`.
pub(super) fn run(
    arguments: &arguments::Rules,
    console: &mut Console,
) -> Result<CommandOutcome, CliError> {
    match &arguments.command {
        RulesCommand::List(set) => {
            let rules = rule_set(&set.rules)?.rules;
            console.report(
                &match set.answer.format {
                    Plain::Text => rule_page::list(&rules),
                    Plain::Json => rule_page::list_json(&rules),
                },
                medium(set.answer.format),
            )?;
            Ok(CommandOutcome::Quiet)
        }
        RulesCommand::Show { id, set } => {
            let rules = rule_set(&set.rules)?.rules;
            let known: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
            let rule = rules.iter().find(|rule| rule.id.eq_ignore_ascii_case(id));
            let rule = rule.ok_or_else(|| {
                CliError::Usage(format!("`{id}` is no rule: there are {}", known.join(", ")))
            })?;
            console.report(
                &match set.answer.format {
                    Plain::Text => rule_page::page(rule),
                    Plain::Json => rule_page::list_json(std::slice::from_ref(rule)),
                },
                medium(set.answer.format),
            )?;
            Ok(CommandOutcome::Quiet)
        }
        RulesCommand::Test { directory } => {
            let rules = match directory {
                None => builtin()?,
                Some(directory) => rules_in(directory)?.0,
            };
            let outcome = test(&rules);
            console.report(&outcome.text, Medium::Text)?;
            Ok(if outcome.failed == 0 {
                CommandOutcome::Quiet
            } else {
                CommandOutcome::Found
            })
        }
        RulesCommand::New { id } => {
            console.report(&template(id)?, Medium::Text)?;
            Ok(CommandOutcome::Quiet)
        }
        RulesCommand::Schema => {
            let text = serde_json::to_string_pretty(&schema()).unwrap_or_default();
            console.report(&(text + "\n"), Medium::Json)?;
            Ok(CommandOutcome::Quiet)
        }
    }
}
