//! The `configuration` of a plan: which attributes the configuration sets, and what their expressions refer to
//! (terraform `internal/command/jsonconfig`). It knows no locals and leaves out `dynamic` blocks.

use super::address::ModulePath;
use super::mode::Mode;
use super::resource::Value;
use super::resource_types::ResourceTypes;
use indexmap::IndexMap;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde_json::Value as Json;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What an attribute or block of the configuration is set to.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// A constant.
    Constant(Value),
    /// Each reference in the expression, in order, followed by its prefixes: `aws_vpc.a[0].id`, `aws_vpc.a[0]`, `aws_vpc.a`.
    References(Vec<String>),
    /// Nested blocks of one type, in the order of the configuration; a block that may stand only once is the only one.
    Blocks(Vec<IndexMap<String, Expression>>),
}

impl Expression {
    fn of(json: &Json) -> Expression {
        match json {
            Json::Object(map) if is_expression(map) => {
                match (map.get("references"), map.get("constant_value")) {
                    (Some(Json::Array(list)), _) => Expression::References(
                        list.iter()
                            .filter_map(Json::as_str)
                            .map(str::to_owned)
                            .collect(),
                    ),
                    (_, Some(constant)) => Expression::Constant(value(constant)),
                    _ => Expression::References(Vec::new()),
                }
            }
            Json::Object(map) => Expression::Blocks(vec![block(map)]),
            Json::Array(items) => Expression::Blocks(
                items
                    .iter()
                    .filter_map(Json::as_object)
                    .map(block)
                    .collect(),
            ),
            _ => Expression::Constant(Value::Null),
        }
    }

    /// All references in it and in the blocks below.
    pub fn references<'e>(&'e self, out: &mut Vec<&'e str>) {
        match self {
            Expression::Constant(_) => {}
            Expression::References(list) => out.extend(list.iter().map(String::as_str)),
            Expression::Blocks(blocks) => blocks
                .iter()
                .flat_map(IndexMap::values)
                .for_each(|inner| inner.references(out)),
        }
    }
}

/// An expression is empty or has one of two members; anything else is a nested block.
fn is_expression(map: &serde_json::Map<String, Json>) -> bool {
    map.is_empty()
        || map.contains_key("constant_value")
        || map.get("references").is_some_and(Json::is_array)
}

fn block(map: &serde_json::Map<String, Json>) -> IndexMap<String, Expression> {
    map.iter()
        .map(|(name, inner)| (name.clone(), Expression::of(inner)))
        .collect()
}

fn value(json: &Json) -> Value {
    Value::deserialize(json).unwrap_or_default()
}

/// A `resource` or `data` block.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// What it sets; empty for types that are not read.
    pub expressions: IndexMap<String, Expression>,
    /// `for_each`.
    pub for_each: Option<Expression>,
    /// `count`.
    pub count: Option<Expression>,
    /// Key of its provider in [`Configuration::providers`].
    pub provider: Option<String>,
}

/// A `module` block.
#[derive(Clone, Debug, Default)]
pub struct CallBlock {
    /// The arguments that it passes.
    pub arguments: IndexMap<String, Expression>,
    /// `for_each`.
    pub for_each: Option<Expression>,
    /// `count`.
    pub count: Option<Expression>,
    /// What it calls.
    pub module: Module,
}

/// A module of the configuration.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// Resource and data blocks, by mode, type and name.
    pub blocks: FxHashMap<(Mode, String, String), Block>,
    /// Module calls by name.
    pub calls: FxHashMap<String, CallBlock>,
    /// Outputs by name.
    pub outputs: FxHashMap<String, Expression>,
}

/// A provider's configuration.
#[derive(Clone, Debug, Default)]
pub struct Provider {
    /// What it sets.
    pub expressions: IndexMap<String, Expression>,
    /// Address of the module without instance keys that holds it; empty for the root.
    pub module: String,
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub struct Configuration {
    /// The root module.
    pub root: Module,
    /// Providers by key: `aws`, `aws.peer`, `module.x:aws`.
    pub providers: FxHashMap<String, Provider>,
}

impl Configuration {
    /// Reads the `configuration` member of a plan.
    ///
    /// # Errors
    /// What is not shaped as a configuration.
    pub fn read(raw: &RawValue, types: &ResourceTypes) -> Result<Configuration, serde_json::Error> {
        let raw: RawConfiguration<'_> = serde_json::from_str(raw.get())?;
        let providers = raw
            .provider_config
            .into_iter()
            .map(|(key, provider)| (key, provider.lower()));
        Ok(Configuration {
            root: raw.root_module.lower(types),
            providers: providers.collect(),
        })
    }

    /// The module that an instance is of; none where the configuration has no such call.
    #[must_use]
    pub fn module(&self, path: &ModulePath) -> Option<&Module> {
        path.0.iter().try_fold(&self.root, |module, call| {
            module.calls.get(&call.name).map(|call| &call.module)
        })
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawConfiguration<'t> {
    #[serde(borrow)]
    provider_config: BTreeMap<String, RawProvider<'t>>,
    #[serde(borrow)]
    root_module: RawModule<'t>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawProvider<'t> {
    #[serde(borrow)]
    module_address: Option<Cow<'t, str>>,
    #[serde(borrow)]
    expressions: Option<&'t RawValue>,
}

impl RawProvider<'_> {
    fn lower(self) -> Provider {
        Provider {
            expressions: expressions(self.expressions),
            module: self.module_address.unwrap_or_default().into_owned(),
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawModule<'t> {
    #[serde(borrow)]
    resources: Vec<RawBlock<'t>>,
    #[serde(borrow)]
    module_calls: BTreeMap<String, RawCall<'t>>,
    #[serde(borrow)]
    outputs: BTreeMap<String, RawOutput<'t>>,
}

impl RawModule<'_> {
    fn lower(self, types: &ResourceTypes) -> Module {
        Module {
            blocks: self
                .resources
                .into_iter()
                .map(|block| block.lower(types))
                .collect(),
            calls: self
                .module_calls
                .into_iter()
                .map(|(name, call)| (name, call.lower(types)))
                .collect(),
            outputs: self
                .outputs
                .into_iter()
                .filter_map(|(name, output)| Some((name, expression(output.expression)?)))
                .collect(),
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawBlock<'t> {
    #[serde(borrow)]
    mode: Cow<'t, str>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'t, str>,
    #[serde(borrow)]
    name: Cow<'t, str>,
    #[serde(borrow)]
    provider_config_key: Option<Cow<'t, str>>,
    #[serde(borrow)]
    expressions: Option<&'t RawValue>,
    #[serde(borrow)]
    for_each_expression: Option<&'t RawValue>,
    #[serde(borrow)]
    count_expression: Option<&'t RawValue>,
}

impl RawBlock<'_> {
    fn lower(self, types: &ResourceTypes) -> ((Mode, String, String), Block) {
        let mode = if self.mode == "data" {
            Mode::Data
        } else {
            Mode::Managed
        };
        let block = Block {
            expressions: if types.is_read(&self.kind) {
                expressions(self.expressions)
            } else {
                IndexMap::new()
            },
            for_each: expression(self.for_each_expression),
            count: expression(self.count_expression),
            provider: self.provider_config_key.map(Cow::into_owned),
        };
        (
            (mode, self.kind.into_owned(), self.name.into_owned()),
            block,
        )
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawCall<'t> {
    #[serde(borrow)]
    expressions: Option<&'t RawValue>,
    #[serde(borrow)]
    for_each_expression: Option<&'t RawValue>,
    #[serde(borrow)]
    count_expression: Option<&'t RawValue>,
    #[serde(borrow)]
    module: RawModule<'t>,
}

impl RawCall<'_> {
    fn lower(self, types: &ResourceTypes) -> CallBlock {
        let for_each = expression(self.for_each_expression);
        CallBlock {
            arguments: expressions(self.expressions),
            for_each,
            count: expression(self.count_expression),
            module: self.module.lower(types),
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawOutput<'t> {
    #[serde(borrow)]
    expression: Option<&'t RawValue>,
}

fn expressions(raw: Option<&RawValue>) -> IndexMap<String, Expression> {
    let json = raw.and_then(|raw| serde_json::from_str::<Json>(raw.get()).ok());
    json.as_ref()
        .and_then(Json::as_object)
        .map(block)
        .unwrap_or_default()
}

fn expression(raw: Option<&RawValue>) -> Option<Expression> {
    serde_json::from_str::<Json>(raw?.get())
        .ok()
        .map(|json| Expression::of(&json))
}
