//! `rules`: list, show, test, schema.

use super::End;
use super::arguments::{self, Plain, RulesCommand};
use super::console::Console;
use super::error::CliError;
use super::rule_set::{rule_set, rules_in};
use super::rule_test::test;
use super::writing::medium;
use crate::report::{Medium, rule_page};
use crate::rules::builtin;

/// Runs `rules`.
pub(super) fn run(arguments: &arguments::Rules, console: &mut Console) -> Result<End, CliError> {
    match &arguments.command {
        RulesCommand::List(set) => {
            let rules = rule_set(&set.rules)?;
            console.report(
                &match set.format {
                    Plain::Text => rule_page::list(&rules),
                    Plain::Json => rule_page::list_json(&rules),
                },
                medium(set.format),
            )?;
            Ok(End::Quiet)
        }
        RulesCommand::Show { id, set } => {
            let rules = rule_set(&set.rules)?;
            let known: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
            let rule = rules.iter().find(|rule| rule.id.eq_ignore_ascii_case(id));
            let rule = rule.ok_or_else(|| {
                CliError::Usage(format!("`{id}` is no rule: there are {}", known.join(", ")))
            })?;
            console.report(
                &match set.format {
                    Plain::Text => rule_page::page(rule),
                    Plain::Json => rule_page::list_json(std::slice::from_ref(rule)),
                },
                medium(set.format),
            )?;
            Ok(End::Quiet)
        }
        RulesCommand::Test { directory } => {
            let rules = directory
                .as_deref()
                .map_or_else(|| Ok(builtin()?), rules_in)?;
            let outcome = test(&rules);
            console.report(&outcome.text, Medium::Text)?;
            Ok(if outcome.failed == 0 {
                End::Quiet
            } else {
                End::Found
            })
        }
        RulesCommand::Schema => {
            console.report(&rule_page::schema(), Medium::Json)?;
            Ok(End::Quiet)
        }
    }
}
