//! Service accounts: who an instance is for the firewall. An email that is known only after apply is known by its parts.
//! Source: cloud.google.com/iam/docs/service-account-types, "Types of service accounts".

use super::class::Account;
use super::lowering::{At, Attribute, Lowering};
use crate::ingest::terraform::{Resource, Value};
use crate::model::{Doubt, Id};
use std::collections::BTreeSet;

/// The end of the email of a project's default account for instances; the project's number stands in front.
const COMPUTE_DEFAULT: &str = "-compute@developer.gserviceaccount.com";

/// Where accounts are named.
const NAMED: &[(&str, &str)] = &[
    ("google_compute_firewall", "source_service_accounts"),
    ("google_compute_firewall", "target_service_accounts"),
    (
        "google_compute_firewall_policy_rule",
        "target_service_accounts",
    ),
    (
        "google_compute_network_firewall_policy_rule",
        "target_service_accounts",
    ),
    (
        "google_compute_region_network_firewall_policy_rule",
        "target_service_accounts",
    ),
    ("google_compute_instance", "service_account.email"),
    ("google_compute_instance_template", "service_account.email"),
    (
        "google_compute_region_instance_template",
        "service_account.email",
    ),
    ("google_container_cluster", "node_config.service_account"),
    ("google_container_node_pool", "node_config.service_account"),
];

impl<B, M> Lowering<'_, At<B, M>> {
    /// The accounts that an attribute names, and why there may be others.
    pub fn accounts(&mut self, at: Attribute) -> (BTreeSet<Account>, Doubt) {
        let (mut out, mut rest) = (BTreeSet::new(), Doubt::none());
        for item in at.value.items() {
            match item {
                Value::Text(email) if email.ends_with(COMPUTE_DEFAULT) || email == "default" => {
                    out.insert(Account::ComputeDefault);
                }
                Value::Text(email) if email.is_empty() => {}
                Value::Text(email) => {
                    out.insert(Account::Email(email.clone()));
                }
                Value::Reference(reference) if reference.exact => {
                    match reference.targets.as_ref() {
                        [target] if self.is_account(target.resource) => {
                            let account = self.account(target.resource);
                            if self.may_be_written(&account) {
                                rest = rest.and(&self.unknown(at.with(item)));
                            }
                            out.insert(account);
                        }
                        _ => rest = rest.and(&self.unlinked(at.with(item), &[], reference.by)),
                    }
                }
                item if item.is_unknown() => rest = rest.and(&self.unknown(at.with(item))),
                _ => {}
            }
        }
        (out, rest)
    }

    /// Whether an account whose email is not known, as its project is not, may be one that something else names by its email.
    fn may_be_written(&self, account: &Account) -> bool {
        let Account::Resource(id) = account else {
            return false;
        };
        let name = self.graph.resources[*id].values.get("account_id").text();
        let same = |email: &str| {
            let local = email.split_once('@').map(|(local, _)| local);
            local.is_some() && (name.is_none() || local == name)
        };
        let at = |(kind, path): &(&str, &str)| {
            let named = self
                .graph
                .of(kind)
                .flat_map(|(_, own)| own.values.get(path).items());
            named.filter_map(Value::text).any(same)
        };
        NAMED.iter().any(at)
    }

    fn is_account(&self, id: Id<Resource>) -> bool {
        [
            "google_service_account",
            "google_compute_default_service_account",
        ]
        .contains(&self.graph.resources[id].kind.as_str())
    }

    fn account(&self, id: Id<Resource>) -> Account {
        let resource = &self.graph.resources[id];
        if resource.kind == "google_compute_default_service_account" {
            return Account::ComputeDefault;
        }
        let text = |path: &str| {
            resource
                .values
                .get(path)
                .text()
                .filter(|text| !text.is_empty())
        };
        match (text("email"), text("account_id"), self.project(resource)) {
            (Some(email), ..) => Account::Email(email.to_owned()),
            (None, Some(name), Some(project)) if !name.contains('@') => {
                Account::Email(format!("{name}@{project}.iam.gserviceaccount.com"))
            }
            _ => Account::Resource(id),
        }
    }

    /// The name of an account, for a person.
    #[must_use]
    pub fn account_name(&self, account: &Account) -> String {
        match account {
            Account::Email(email) => email.clone(),
            Account::Resource(id) => self.graph.resources[*id].address.clone(),
            Account::ComputeDefault => "the default account".to_owned(),
        }
    }
}
