//! What the words of security rules stand for that are no addresses: `VirtualNetwork`, `Internet`, `AzureLoadBalancer` and
//! further service tags. Source: "Virtual network service tags" (service-tags-overview), "Available service tags".

use super::lowering::{At, Lowering};
use super::rule::Surroundings;
use super::stage::{Joined, Routes};
use crate::ingest::lowering::Sees;
use crate::model::{AddressSet, Doubt, GapKind, Id, Origin, Subnet};

/// The address from which the load balancer of the platform probes, and at which the host answers.
const HOST: &str = "168.63.129.16";

/// Blocks of which no service of Azure has an address: a service tag is a group of the service's own address prefixes, which
/// are public but for those of the host.
const PRIVATE: &[&str] = &[
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "fc00::/7",
    "fe80::/10",
];
/// What else is no internet address: the host, and what is local to the link.
const OF_HOST: &[&str] = &["169.254.0.0/16", HOST];

fn set(blocks: &[&str]) -> AddressSet {
    blocks
        .iter()
        .filter_map(|block| AddressSet::parse(block).ok())
        .collect()
}

/// The space of the subnet's network, of peered networks unless their peering says no, what gateways lead to, the host, and
/// the prefixes of user-defined routes. The tag "might also contain default routes": those are in doubt.
#[must_use]
pub fn surroundings<B: Joined + Sees<Routes>, M>(
    lowering: &mut Lowering<At<B, M>>,
    subnet: Id<Subnet>,
) -> Surroundings {
    let own = lowering.world.subnets[subnet].clone();
    let network = lowering.world.networks[own.network].clone();
    let (mut surely, mut perhaps, mut doubt) = (set(&[HOST]), AddressSet::none(), Doubt::none());
    let mut add = |addresses: &AddressSet, why: &Doubt| {
        if why.is_certain() {
            surely = surely.union(addresses);
        } else {
            perhaps = perhaps.union(addresses);
            doubt = doubt.and(why);
        }
    };
    add(&network.addresses, &network.doubt);
    for neighbour in lowering
        .lowered
        .neighbours(own.network)
        .filter(|one| one.tagged)
    {
        add(&neighbour.addresses, &neighbour.tag_doubt);
    }
    let prefixes = lowering
        .seen::<Routes>()
        .user_prefixes
        .get(&subnet)
        .cloned()
        .unwrap_or_default();
    let default = set(&["0.0.0.0/0"]);
    if default.is_subset(&prefixes.addresses) {
        let what = format!(
            "whether `VirtualNetwork` holds every address in `{}`, since a user-defined route of it is for 0.0.0.0/0",
            own.name
        );
        let why = lowering
            .world
            .doubt(GapKind::NotJudged, what, own.origin.clone());
        add(&prefixes.addresses, &why);
    } else {
        add(&prefixes.addresses, &prefixes.rest);
    }
    let perhaps = perhaps.difference(&surely);
    let doubt = if perhaps.is_empty() {
        Doubt::none()
    } else {
        doubt
    };
    Surroundings {
        surely,
        perhaps,
        doubt,
    }
}

impl Surroundings {
    /// The addresses of a tag, each part with the reason why it may not be in it. `origin`: the rule that names it.
    pub fn tag<L>(
        &self,
        lowering: &mut Lowering<'_, L>,
        tag: &str,
        origin: Option<&Origin>,
    ) -> Vec<(AddressSet, Doubt)> {
        let parts = match tag.to_ascii_lowercase().as_str() {
            "virtualnetwork" => vec![
                (self.surely.clone(), Doubt::none()),
                (self.perhaps.clone(), self.doubt.clone()),
            ],
            "internet" => {
                let public = AddressSet::all()
                    .difference(&set(PRIVATE))
                    .difference(&set(OF_HOST))
                    .difference(&self.surely);
                vec![
                    (public.difference(&self.perhaps), Doubt::none()),
                    (public.intersection(&self.perhaps), self.doubt.clone()),
                ]
            }
            "azureloadbalancer" => vec![(set(&[HOST]), Doubt::none())],
            _ => {
                let what =
                    format!("which addresses the service tag `{tag}` holds is not in the input");
                vec![(
                    AddressSet::all().difference(&set(PRIVATE)),
                    lowering
                        .world
                        .doubt(GapKind::NotInInput, what, origin.cloned()),
                )]
            }
        };
        parts
            .into_iter()
            .filter(|(addresses, _)| !addresses.is_empty())
            .collect()
    }
}
