//! The instance metadata service of machines: whether containers on them that have a network namespace of their own get its answers.
//!
//! Source: EC2 user guide, "Configure the Instance Metadata Service options": it can be off; where tokens are required, the answer that holds
//! one travels as many hops as the limit says, and a container is one hop farther than its machine. What a launch leaves open is taken from
//! the account's defaults, then from the image. EKS best practices, "Restrict access to the instance profile assigned to the worker node".

use super::lowering::{At, Attribute, Lowering, is_set};
use super::stage::Placing;
use crate::ingest::terraform::{Resource, Value};
use crate::ingest::yaml::Node;
use crate::model::{CredentialsControl, Doubt, GapKind, NodeCredentials, Note, Origin, ToPods};

/// The block of templates, instances and node classes.
const BLOCK: &str = "metadata_options";
/// What an account sets for whoever leaves it open.
const OF_ACCOUNT: &str = "aws_ec2_instance_metadata_defaults";

/// Words of settings that keep nothing from containers.
const LETS: &[&str] = &["enabled", "optional"];

/// What one setting does to containers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Setting {
    /// Nothing is set.
    #[default]
    Open,
    /// It keeps answers from them.
    Keeps,
    /// It does not.
    Lets,
    /// It is set, and not known.
    Unknown(Doubt),
}

/// The settings of some machines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetadataOptions {
    /// Whether the service is off.
    pub endpoint: Setting,
    /// Whether it asks for tokens.
    pub tokens: Setting,
    /// Whether tokens stay on the machine: a hop limit of 1.
    pub hops: Setting,
    /// Where they stand, or would.
    pub origin: Origin,
}

/// What holds where neither tokens nor hops are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Otherwise {
    /// Containers get answers, for this reason.
    Lets(&'static str),
    /// They do not.
    Keeps(&'static str),
    /// It is not known.
    Unknown(&'static str),
}

/// EC2 itself asks for no token, and images that do let tokens travel two hops (`imds-support` `v2.0`).
pub const LAUNCHED: Otherwise = Otherwise::Lets(
    "sets neither `http_tokens` nor a hop limit, and EC2 lets containers ask by default",
);

impl MetadataOptions {
    /// Those of a resource with a block of that name.
    pub fn of<B: Placing, M>(lowering: &mut Lowering<At<B, M>>, resource: &Resource) -> Self {
        let block = resource.values.get(BLOCK);
        let origin = resource.origin_of(BLOCK);
        if block.is_unknown() {
            let doubt = lowering.unknown(Attribute::of(resource, BLOCK));
            let unknown = || Setting::Unknown(doubt.clone());
            return MetadataOptions {
                endpoint: unknown(),
                tokens: unknown(),
                hops: unknown(),
                origin,
            };
        }
        let mut of = |name: &str, keeps: &str| {
            let path = format!("{BLOCK}.{name}");
            let value = block
                .items()
                .first()
                .map_or(&Value::Null, |one| one.get(name));
            let own = setting(lowering, resource, (&path, value), keeps);
            match own {
                Setting::Open => of_account(lowering, name, keeps),
                own => own,
            }
        };
        MetadataOptions {
            endpoint: of("http_endpoint", "disabled"),
            tokens: of("http_tokens", "required"),
            hops: of("http_put_response_hop_limit", "1"),
            origin,
        }
    }

    /// Those of a node class.
    #[must_use]
    pub fn of_node(block: &Node, origin: Origin) -> Self {
        let of = |name: &str, keeps: &str| match block.get(name).written() {
            None | Some("") => Setting::Open,
            Some(own) if own == keeps => Setting::Keeps,
            Some(own) if LETS.contains(&own) || own.parse::<u8>().is_ok() => Setting::Lets,
            Some(_) => Setting::Unknown(Doubt::none()),
        };
        MetadataOptions {
            endpoint: of("httpEndpoint", "disabled"),
            tokens: of("httpTokens", "required"),
            hops: of("httpPutResponseHopLimit", "1"),
            origin,
        }
    }

    /// The same with what somebody sets for whoever leaves it open.
    #[must_use]
    pub fn or(self, tokens: Setting, hops: Setting) -> Self {
        let or = |own: Setting, other| match own {
            Setting::Open => other,
            own => own,
        };
        MetadataOptions {
            tokens: or(self.tokens, tokens),
            hops: or(self.hops, hops),
            ..self
        }
    }

    /// Whether containers on the machines get the machines' credentials. `whose`: the machines, for the sentence.
    #[must_use]
    pub fn credentials(&self, whose: &str, otherwise: Otherwise) -> NodeCredentials {
        let said = |text: &str| (format!("{whose} {text}"), false);
        let ((text, assumed), to_pods) = match (&self.endpoint, &self.tokens, &self.hops) {
            (Setting::Keeps, ..) => (said("switches the metadata service off"), ToPods::Withheld),
            (Setting::Open | Setting::Lets, Setting::Keeps, Setting::Keeps) => (
                said("requires tokens, which do not leave the node"),
                ToPods::Withheld,
            ),
            (Setting::Open | Setting::Lets, Setting::Lets, _) => {
                (said("requires no tokens"), ToPods::Given)
            }
            (Setting::Open | Setting::Lets, _, Setting::Lets) => {
                (said("lets tokens travel more than one hop"), ToPods::Given)
            }
            (Setting::Open | Setting::Lets, Setting::Open, Setting::Open) => {
                by_default(whose, otherwise)
            }
            // What the image or the provider adds is in no input: the sentence says so, and no gap stands for it.
            (endpoint, tokens, hops) => {
                let doubts = [endpoint, tokens, hops].map(|own| match own {
                    Setting::Unknown(doubt) => doubt.clone(),
                    _ => Doubt::none(),
                });
                let doubt = doubts.iter().fold(Doubt::none(), |sum, one| sum.and(one));
                (
                    said("leaves open whether answers travel as far as pods"),
                    ToPods::Unknown(doubt),
                )
            }
        };
        NodeCredentials {
            to_pods,
            control: CredentialsControl::HopLimit,
            note: Note {
                text,
                origin: Some(self.origin.clone()),
                assumed,
            },
        }
    }
}

fn by_default(whose: &str, otherwise: Otherwise) -> ((String, bool), ToPods) {
    let (text, to_pods) = match otherwise {
        Otherwise::Lets(own) => (own, ToPods::Given),
        Otherwise::Keeps(own) => (own, ToPods::Withheld),
        Otherwise::Unknown(own) => (own, ToPods::Unknown(Doubt::none())),
    };
    ((format!("{whose} {text}"), true), to_pods)
}

fn setting<S>(
    lowering: &mut Lowering<S>,
    resource: &Resource,
    (path, value): (&str, &Value),
    keeps: &str,
) -> Setting {
    if value.is_unknown() {
        let at = Attribute {
            resource,
            path,
            value,
        };
        return Setting::Unknown(lowering.unknown(at));
    }
    let number = value.integer();
    // What is written for a limit that is not set: 0 by templates, -1 by the account's defaults.
    let open = !is_set(value)
        || number.is_some_and(|number| number < 1)
        || value.text() == Some("no-preference");
    match value.text() {
        _ if open => Setting::Open,
        Some(text) if text == keeps => Setting::Keeps,
        None if number.is_some_and(|number| number.to_string() == keeps) => Setting::Keeps,
        _ => Setting::Lets,
    }
}

/// What the defaults of an account set; not known where the input holds those of several accounts or regions.
fn of_account<S>(lowering: &mut Lowering<S>, name: &str, keeps: &str) -> Setting {
    let graph = lowering.graph;
    let all: Vec<Setting> = graph
        .of(OF_ACCOUNT)
        .map(|(_, own)| setting(lowering, own, (name, own.values.get(name)), keeps))
        .collect();
    match all.as_slice() {
        [] => Setting::Open,
        [one] => one.clone(),
        [first, rest @ ..] if rest.iter().all(|own| own == first) => first.clone(),
        _ => {
            let what = format!(
                "which of several `{OF_ACCOUNT}` holds for machines that leave `{name}` open is not known"
            );
            Setting::Unknown(lowering.world.doubt(GapKind::Unlinked, what, None))
        }
    }
}
