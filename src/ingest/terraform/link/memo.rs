//! What expressions lead to, found once for all instances of a block that their keys do not tell apart.

use super::choice::Choice;
use super::trace::Traced;
use crate::ingest::terraform::address::Key;
use crate::ingest::terraform::configuration::Expression;
use crate::ingest::terraform::resource::Target;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// What expressions of one attribute lead to.
#[derive(Debug)]
pub struct Found {
    /// Attributes of resources, ascending.
    pub targets: Arc<[Target]>,
    /// As [`Traced::opaque`].
    pub opaque: bool,
    /// As [`Traced::local`].
    pub local: bool,
    /// As [`Traced::spread`].
    pub spread: bool,
    /// As [`Traced::mixed`].
    pub mixed: bool,
}

impl From<Traced<'_>> for Found {
    fn from(traced: Traced<'_>) -> Self {
        Found {
            targets: traced.targets.into_iter().collect(),
            opaque: traced.opaque,
            local: traced.local,
            spread: traced.spread,
            mixed: traced.mixed,
        }
    }
}

/// What is found from an instance whose key chooses nowhere on the way.
#[derive(Debug)]
struct Common<'c> {
    /// The expressions; two are the same if they are at the same place in memory.
    expressions: Vec<&'c Expression>,
    found: Rc<Found>,
    /// Keys that choose: with one of them something else may be found.
    keys: FxHashSet<&'c Key>,
}

/// By module instance and type, then by path of the attribute.
type ByPlace<'c> = FxHashMap<(String, String), FxHashMap<String, Vec<Common<'c>>>>;

/// Everything that was found within one plan.
#[derive(Debug, Default)]
pub struct Memo<'c>(RefCell<ByPlace<'c>>);

impl<'c> Memo<'c> {
    /// What expressions lead to from an instance with that key. `place`: the module instance and the type of the resource that
    /// holds them; `trace` follows them.
    pub fn found(
        &self,
        place: (&str, &str),
        expressions: &[&'c Expression],
        path: &str,
        key: &Key,
        trace: impl Fn(&Key) -> Traced<'c>,
    ) -> Rc<Found> {
        let place = (place.0.to_owned(), place.1.to_owned());
        let mut all = self.0.borrow_mut();
        let known = all.entry(place).or_default();
        if !known.contains_key(path) {
            known.insert(path.to_owned(), Vec::new());
        }
        let Some(list) = known.get_mut(path) else {
            return Rc::new(trace(key).into());
        };
        let at = list.iter().position(|own| own.is_of(expressions));
        let at = at.unwrap_or_else(|| {
            list.push(Common::of(expressions, trace(&Key::None)));
            list.len() - 1
        });
        match list.get(at) {
            Some(common) if !common.keys.contains(key) => Rc::clone(&common.found),
            _ => Rc::new(trace(key).into()),
        }
    }
}

impl<'c> Common<'c> {
    fn of(expressions: &[&'c Expression], mut traced: Traced<'c>) -> Self {
        let mut keys = FxHashSet::default();
        for choice in std::mem::take(&mut traced.choices) {
            match choice {
                Choice::Instances(all) => keys.extend(all.iter().map(|own| &own.key)),
                Choice::Calls(all) => keys.extend(all),
            }
        }
        keys.remove(&Key::None);
        Common {
            expressions: expressions.to_vec(),
            found: Rc::new(traced.into()),
            keys,
        }
    }

    fn is_of(&self, expressions: &[&Expression]) -> bool {
        let same = |(own, other): (&&Expression, &&Expression)| std::ptr::eq(*own, *other);
        self.expressions.len() == expressions.len()
            && self.expressions.iter().zip(expressions).all(same)
    }
}

#[cfg(test)]
mod tests {
    use crate::ingest::terraform::testing::read_plan;

    /// What subnets with these keys link to, which are of VPCs with the keys `a` and `c` or of an instance that is chosen later.
    fn check(keys: &[&str]) -> Vec<String> {
        let change = |address: &str, unknown: &str| {
            let kind = address.split('.').next().unwrap();
            let address = serde_json::to_string(address).unwrap();
            format!(
                r#"{{"address":{address},"mode":"managed","type":"{kind}","change":{{"actions":["create"],"after":{{}},"after_unknown":{{"id":true{unknown}}}}}}}"#
            )
        };
        let vpcs = ["a", "c"].map(|key| change(&format!("aws_vpc.v[\"{key}\"]"), ""));
        let subnets = keys
            .iter()
            .map(|key| change(&format!("aws_subnet.s[\"{key}\"]"), r#","vpc_id":true"#));
        let changes: Vec<String> = vpcs.into_iter().chain(subnets).collect();
        let each = r#""for_each_expression":{"references":["local.all"]}"#;
        let block = |kind: &str, name: &str, expressions: &str| {
            format!(
                r#"{{"mode":"managed","type":"{kind}","name":"{name}","expressions":{expressions},{each}}}"#
            )
        };
        let of_vpc = r#"{"vpc_id":{"references":["aws_vpc.v","each.key"]}}"#;
        let plan = format!(
            r#"{{"format_version":"1.2","planned_values":{{}},"resource_changes":[{}],"configuration":{{"root_module":{{"resources":[{},{}]}}}}}}"#,
            changes.join(","),
            block("aws_vpc", "v", "{}"),
            block("aws_subnet", "s", of_vpc)
        );
        let rows = read_plan(&plan).links;
        rows.iter().map(|row| row.to.join(" ")).collect()
    }

    /// A key that chooses an instance finds that one, whatever the instances of the same block before it have found.
    #[test]
    fn only_keys_that_choose_nothing_share_what_is_found() {
        let (a, c) = (r#"aws_vpc.v["a"]"#, r#"aws_vpc.v["c"]"#);
        let both = format!("{a} {c}");
        assert_eq!(check(&["a", "b", "c"]), [a, &both, c]);
        assert_eq!(check(&["b", "c", "d"]), [both.as_str(), c, &both]);
    }
}
