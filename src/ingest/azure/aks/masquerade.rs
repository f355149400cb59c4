//! Towards which destinations pods with addresses of the virtual network leave with their node's address.
//! Source: "Configure Azure CNI" (aks/configure-azure-cni), "Frequently asked questions": systems in the same virtual network
//! see the pod's address, systems outside of it the node's; "CNI networking overview": pods of a pod subnet are exposed with
//! their own address; ip-masq-agent README, `nonMasqueradeCIDRs`.

use crate::ingest::kubernetes::Object;
use crate::ingest::yaml;
use crate::model::{AddressSet, Id, Network, Note, Origin, World};

/// ConfigMaps that the agent on every node reads: AKS writes the one that ends in `-reconciled`.
const CONFIG: &str = "azure-ip-masq-agent-config";

/// What ConfigMaps of the cluster exempt, and where the first of them stands.
#[derive(Clone, Debug, Default)]
pub struct Exempt {
    addresses: AddressSet,
    origin: Option<Origin>,
}

/// Reads the ConfigMaps among the objects.
#[must_use]
pub fn exempt(objects: &[Object]) -> Exempt {
    let mut out = Exempt::default();
    for object in objects
        .iter()
        .filter(|object| object.is("", "ConfigMap") && object.name.starts_with(CONFIG))
    {
        let text = object
            .node
            .get("data")
            .child("ip-masq-agent")
            .text()
            .unwrap_or_default()
            .to_owned();
        for document in yaml::read(&object.origin.place.file, &text) {
            let Ok(content) = document.content else {
                continue;
            };
            let blocks = content.get("nonMasqueradeCIDRs").items();
            let sets = blocks
                .iter()
                .filter_map(|block| AddressSet::parse(block.text()?).ok());
            out.addresses = sets.fold(out.addresses.clone(), |sum, set| sum.union(&set));
        }
        out.origin.get_or_insert_with(|| object.origin.clone());
    }
    out
}

/// The destinations, and what the trail says of them. `own_subnet`: the pods have a subnet of their own.
#[must_use]
pub fn translated(
    world: &World,
    network: Id<Network>,
    exempt: &Exempt,
    own_subnet: bool,
    origin: &Origin,
) -> (AddressSet, Note) {
    if own_subnet {
        let text = "pods of a pod subnet keep their own address".to_owned();
        return (
            AddressSet::none(),
            Note {
                text,
                origin: Some(origin.clone()),
                assumed: false,
            },
        );
    }
    let inside = world.networks[network].addresses.union(&exempt.addresses);
    let text = match &exempt.origin {
        Some(_) => {
            "packets leave with the node's address but for the virtual network and what `azure-ip-masq-agent` exempts"
        }
        None => {
            "packets to outside the virtual network leave with the node's address under Azure CNI, unless `azure-ip-masq-agent` exempts them"
        }
    };
    let note = Note {
        text: text.to_owned(),
        origin: exempt.origin.clone(),
        assumed: exempt.origin.is_none(),
    };
    (AddressSet::all_v4().difference(&inside), note)
}
