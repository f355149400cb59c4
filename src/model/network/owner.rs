//! Whose a network is, and where.

/// Account and region of a network, as far as the input says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkOwner {
    /// Account, subscription or project.
    pub account: Option<String>,
    /// Region or location; none also where networks of the provider stand in all of them.
    pub region: Option<String>,
}

impl NetworkOwner {
    /// `account/region`, as far as known; none where neither is.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        match (&self.account, &self.region) {
            (Some(account), Some(region)) => Some(format!("{account}/{region}")),
            (one, other) => one.as_ref().or(other.as_ref()).cloned(),
        }
    }

    /// Whether another one is of another account or region; none where the input does not say.
    #[must_use]
    pub fn differs(&self, other: &NetworkOwner) -> Option<bool> {
        let region = match (&self.region, &other.region) {
            // Networks that stand in all regions.
            (None, None) => Some(false),
            _ => self.is_of_other_region(other),
        };
        match (self.is_of_other_account(other), region) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        }
    }

    /// Whether another one is of another account; none where the input does not say.
    #[must_use]
    pub fn is_of_other_account(&self, other: &NetworkOwner) -> Option<bool> {
        differ(self.account.as_ref(), other.account.as_ref())
    }

    /// Whether another one is of another region; none where the input does not say, or one stands in all of them.
    #[must_use]
    pub fn is_of_other_region(&self, other: &NetworkOwner) -> Option<bool> {
        differ(self.region.as_ref(), other.region.as_ref())
    }
}

/// Whether two known values differ; none where one of them is not known.
fn differ(one: Option<&String>, other: Option<&String>) -> Option<bool> {
    Some(one? != other?)
}

#[cfg(test)]
mod tests {
    use super::NetworkOwner;

    #[test]
    fn what_is_not_known_of_one_is_no_difference() {
        let owner = |account: Option<&str>, region: Option<&str>| NetworkOwner {
            account: account.map(str::to_owned),
            region: region.map(str::to_owned),
        };
        let whole = owner(Some("1"), Some("west"));
        for (other, expected) in [
            (owner(Some("1"), Some("west")), Some(false)),
            (owner(Some("2"), Some("west")), Some(true)),
            (owner(Some("1"), Some("east")), Some(true)),
            (owner(None, Some("west")), None),
            (owner(None, Some("east")), Some(true)),
            (owner(Some("1"), None), None),
            (owner(None, None), None),
        ] {
            assert_eq!(whole.differs(&other), expected, "{other:?}");
        }
        let project = owner(Some("p"), None);
        assert_eq!(project.differs(&project), Some(false));
        assert_eq!(owner(None, None).differs(&owner(None, None)), None);
    }
}
