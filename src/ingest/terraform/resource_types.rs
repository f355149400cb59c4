//! What the clouds tell the reader of plans of their resource types: which are modelled, which are read in full, and which
//! attributes name which resources. This room knows no cloud: the tables are handed in from above.

use super::mode::Mode;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::LazyLock;

/// What a resource family says about its types.
#[derive(Clone, Debug, Default)]
pub struct ResourceFamily {
    /// Types that it lowers, or that its lowering reads.
    pub types: Vec<&'static str>,
    /// Resources of the family, with the attributes by which others name them.
    pub references: Vec<NamedBy>,
    /// Resources that stand for another one: type, and the attribute that names it. Their own id is that resource's id.
    pub stand_ins: &'static [(&'static str, &'static str)],
    /// Attributes of a type of which one at most is set: where one is known, the others are left to the provider.
    pub exclusive: &'static [(&'static str, &'static [&'static str])],
    /// Attributes that a configuration cannot leave out, by type: where one is not known and no expression sets it, the
    /// configuration is not whole.
    pub required: &'static [(&'static str, &'static [&'static str])],
}

/// Resources of some types, and the attributes that name one of them.
#[derive(Clone, Copy, Debug)]
pub struct NamedBy {
    kinds: &'static [&'static str],
    brought: &'static [(&'static str, &'static str)],
    attributes: &'static [&'static str],
}

impl NamedBy {
    /// `kinds`: the types, those preferred first where several carry one id (a connection before its accepter).
    /// `attributes`: a name (`vpc_id`), or a block and a name (`launch_template.id`).
    #[must_use]
    pub fn new(kinds: &'static [&'static str], attributes: &'static [&'static str]) -> NamedBy {
        NamedBy {
            kinds,
            brought: &[],
            attributes,
        }
    }

    /// Adds what the provider makes along with other resources: a type, and its computed attribute that is the id of one.
    #[must_use]
    pub fn brought_by(self, brought: &'static [(&'static str, &'static str)]) -> NamedBy {
        NamedBy { brought, ..self }
    }
}

/// What one provider's resource types are.
#[derive(Clone, Debug)]
pub struct ProviderTypes {
    /// First words of its types: `aws` of `aws_vpc`.
    pub fronts: &'static [&'static str],
    /// Beginnings of types that have neither an address nor a say in who may reach one: their attributes (policies,
    /// templates, user data) are most of a plan's bytes and are not read.
    pub left_out: &'static [&'static str],
    /// Its families.
    pub families: Vec<ResourceFamily>,
}

/// A class of resources that an attribute may name: what families say of the same types, put together.
#[derive(Debug)]
pub struct Class {
    /// Types that are of the class, those preferred first where several carry one id.
    pub kinds: &'static [&'static str],
    /// Computed attributes of other types whose value is an id of the class.
    pub brought: Vec<(&'static str, &'static str)>,
    /// Attributes that name one.
    pub attributes: Vec<&'static str>,
}

impl PartialEq for Class {
    fn eq(&self, other: &Class) -> bool {
        self.kinds == other.kinds
    }
}

impl Class {
    /// How well an attribute of a type names a resource of the class, best first; none where it does not.
    #[must_use]
    pub fn rank(&self, kind: &str, mode: Mode, attribute: &str) -> Option<(bool, Mode, usize)> {
        let own = self.kinds.iter().position(|own| *own == kind);
        match own {
            Some(place) if is_identity(attribute) => Some((false, mode, place)),
            _ => self.brings(kind, attribute).then_some((true, mode, 0)),
        }
    }

    /// Whether a computed attribute of a type is an id of the class.
    fn brings(&self, kind: &str, attribute: &str) -> bool {
        self.brought.contains(&(kind, attribute))
    }
}

/// The classes of one provider.
#[derive(Debug, Default)]
struct Provider {
    fronts: &'static [&'static str],
    left_out: &'static [&'static str],
    classes: Vec<Class>,
    /// Attributes with their classes, by the last step of the attribute, in the order of the families.
    by_leaf: FxHashMap<&'static str, Vec<(&'static str, usize)>>,
}

impl Provider {
    fn of(types: &ProviderTypes) -> Provider {
        let mut out = Provider {
            fronts: types.fronts,
            left_out: types.left_out,
            ..Provider::default()
        };
        let references = types.families.iter().flat_map(|family| &family.references);
        references.for_each(|named| out.enter(named));
        out
    }

    fn enter(&mut self, named: &NamedBy) {
        let known = self.classes.iter().position(|own| own.kinds == named.kinds);
        let number = known.unwrap_or(self.classes.len());
        if known.is_none() {
            self.classes.push(Class {
                kinds: named.kinds,
                brought: Vec::new(),
                attributes: Vec::new(),
            });
        }
        if let Some(class) = self.classes.get_mut(number) {
            class.brought.extend(named.brought);
            class.attributes.extend(named.attributes);
        }
        for attribute in named.attributes {
            let leaf = attribute.rsplit('.').next().unwrap_or(attribute);
            let own = self.by_leaf.entry(leaf).or_default();
            own.push((attribute, number));
        }
    }

    fn named_by(&self, path: &str) -> Option<&Class> {
        let leaf = path.rsplit('.').next().unwrap_or(path);
        let mut all = self.by_leaf.get(leaf)?.iter();
        let (_, number) = all.find(|(attribute, _)| ends_in(path, attribute))?;
        self.classes.get(*number)
    }

    /// Whether a type is this provider's.
    fn is_of(&self, kind: &str) -> bool {
        kind.split_once('_')
            .is_some_and(|(front, _)| self.fronts.contains(&front))
    }
}

/// Types of no cloud that are read: Kubernetes objects, and types through which values are handed on.
const OTHERS: &[&str] = &[
    "kubernetes_",
    "helm_",
    "kubectl_",
    "kustomization_",
    "kustomize_",
    "time_",
    "null_",
    "terraform_data",
    "terraform_remote_state",
];

/// The resource types of all clouds.
#[derive(Debug, Default)]
pub struct ResourceTypes {
    providers: Vec<Provider>,
    modelled: FxHashSet<&'static str>,
    stand_ins: FxHashMap<&'static str, &'static str>,
    exclusive: FxHashMap<&'static str, Vec<&'static [&'static str]>>,
    required: FxHashMap<&'static str, Vec<&'static str>>,
    /// Computed attributes whose value is an id of something else, by type.
    brought: FxHashMap<&'static str, Vec<&'static str>>,
}

impl Default for &'static ResourceTypes {
    fn default() -> Self {
        static NONE: LazyLock<ResourceTypes> = LazyLock::new(ResourceTypes::default);
        &NONE
    }
}

impl ResourceTypes {
    /// Puts together what the clouds tell.
    #[must_use]
    pub fn of(providers: &[ProviderTypes]) -> ResourceTypes {
        let mut out = ResourceTypes {
            providers: providers.iter().map(Provider::of).collect(),
            ..ResourceTypes::default()
        };
        let classes = out.providers.iter().flat_map(|own| &own.classes);
        for (kind, attribute) in classes.flat_map(|class| &class.brought) {
            out.brought.entry(kind).or_default().push(attribute);
        }
        for family in providers.iter().flat_map(|provider| &provider.families) {
            out.modelled.extend(&family.types);
            out.stand_ins.extend(family.stand_ins.iter().copied());
            for (kind, attributes) in family.exclusive {
                out.exclusive.entry(kind).or_default().push(attributes);
            }
            for (kind, attributes) in family.required {
                out.required.entry(kind).or_default().extend(*attributes);
            }
        }
        out
    }

    /// Whether a family lowers a type, or reads it for another one.
    #[must_use]
    pub fn is_modelled(&self, kind: &str) -> bool {
        self.modelled.contains(kind)
    }

    /// Whether the attributes of a type are read. Other resources are listed by address and type only.
    #[must_use]
    pub fn is_read(&self, kind: &str) -> bool {
        let begins = |fronts: &[&str]| fronts.iter().any(|front| kind.starts_with(front));
        let of_cloud = |own: &Provider| own.is_of(kind) && !begins(own.left_out);
        self.is_modelled(kind) || begins(OTHERS) || self.providers.iter().any(of_cloud)
    }

    /// The class of resources that an attribute of a type names; `path` is dotted and without indexes. Types of no cloud
    /// (`time_sleep`) hand values of any on.
    #[must_use]
    pub fn named_by(&self, kind: &str, path: &str) -> Option<&Class> {
        match self.providers.iter().find(|own| own.is_of(kind)) {
            Some(own) => own.named_by(path),
            None => self.providers.iter().find_map(|own| own.named_by(path)),
        }
    }

    /// Whether a computed attribute of a type is the id of something that the provider makes along with it.
    #[must_use]
    pub fn is_brought(&self, kind: &str, attribute: &str) -> bool {
        let own = self.brought.get(kind);
        own.is_some_and(|attributes| attributes.contains(&attribute))
    }

    /// Whether a type is of any class.
    #[must_use]
    pub fn has_class(&self, kind: &str) -> bool {
        let mut classes = self.providers.iter().flat_map(|own| &own.classes);
        classes.any(|class| class.kinds.contains(&kind))
    }

    /// The attribute by which a stand-in names what it stands for.
    #[must_use]
    pub fn stand_in(&self, kind: &str) -> Option<&'static str> {
        self.stand_ins.get(kind).copied()
    }

    /// Other attributes that exclude one.
    pub fn rivals(&self, kind: &str, attribute: &str) -> impl Iterator<Item = &'static str> {
        let mut groups = self.exclusive.get(kind).into_iter().flatten();
        let group = groups.find(|group| group.contains(&attribute));
        let attribute = attribute.to_owned();
        let all = group.into_iter().flat_map(|group| group.iter().copied());
        all.filter(move |own| *own != attribute)
    }

    /// Whether a configuration cannot leave an attribute of a type out.
    #[must_use]
    pub fn is_required(&self, kind: &str, path: &str) -> bool {
        self.required
            .get(kind)
            .is_some_and(|attributes| attributes.contains(&path))
    }
}

/// Whether a dotted path ends in the steps of another.
fn ends_in(path: &str, end: &str) -> bool {
    path.strip_suffix(end)
        .is_some_and(|front| front.is_empty() || front.ends_with('.'))
}

/// Whether an attribute holds many values.
#[must_use]
pub fn is_many(path: &str) -> bool {
    path.ends_with('s') || path.ends_with("vpc_zone_identifier")
}

/// Whether an attribute is how others name its resource; the empty one stands for a resource named without attribute.
#[must_use]
pub fn is_identity(attribute: &str) -> bool {
    ["", "id", "ids", "arn", "arns", "name", "self_link", "guid"].contains(&attribute)
}

#[cfg(test)]
mod tests {
    use crate::ingest::resource_types;

    #[test]
    fn attributes_want_types() {
        let wants = |kind: &str, path: &str, target: &str| {
            resource_types()
                .named_by(kind, path)
                .is_some_and(|class| class.kinds.contains(&target))
        };
        assert!(wants("aws_subnet", "vpc_id", "aws_vpc"));
        assert!(wants(
            "aws_route_table",
            "route.vpc_peering_connection_id",
            "aws_vpc_peering_connection"
        ));
        assert!(wants(
            "aws_eks_node_group",
            "launch_template.id",
            "aws_launch_template"
        ));
        assert!(!wants("aws_eks_node_group", "id", "aws_launch_template"));
        assert!(wants(
            "time_sleep",
            "triggers.cluster_name",
            "aws_eks_cluster"
        ));
        assert!(wants(
            "google_compute_subnetwork",
            "network",
            "google_compute_network"
        ));
        assert!(wants(
            "azurerm_virtual_network_peering",
            "remote_virtual_network_id",
            "azurerm_virtual_network"
        ));
        assert!(!wants(
            "aws_ec2_transit_gateway_route",
            "transit_gateway_route_table_id",
            "aws_route_table"
        ));
    }

    #[test]
    fn one_of_several_is_set() {
        let rivals = |attribute| {
            resource_types()
                .rivals("aws_security_group_rule", attribute)
                .count()
        };
        assert_eq!(rivals("self"), 4);
        assert_eq!(rivals("from_port"), 0);
    }

    #[test]
    fn networks_are_read_and_policies_are_not() {
        let is_read = |kind: &&str| resource_types().is_read(kind);
        let read = [
            "aws_vpc",
            "aws_route",
            "google_compute_network",
            "azurerm_virtual_network",
            "kubernetes_manifest",
            "time_sleep",
        ];
        assert!(read.iter().all(is_read));
        let passed_over = [
            "aws_iam_policy",
            "aws_s3_bucket",
            "random_id",
            "tls_private_key",
            "google_storage_bucket",
        ];
        assert!(!passed_over.iter().any(is_read));
    }
}
