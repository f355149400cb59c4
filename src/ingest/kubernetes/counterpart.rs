//! Objects that are the same before and after a plan are lowered once, for both moments.
//!
//! Both moments are lowered at the same time. Where they come to their first cluster, that of before tells what lowering its
//! objects rests on. That of after compares, lowers, and hands over what it entered into its world, gaps included. Where anything
//! differs each lowers for itself.

use super::object::Object;
use crate::ingest::site::Site;
use crate::ingest::{InputError, Settings};
use crate::model::{
    AddressSet, Arena, Cluster, Doubt, Gap, Id, Namespace, Policy, Service, ServiceAddressing,
    Workload, World,
};
use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, Sender, channel};

/// The other moment, for the first cluster of a world.
#[derive(Debug, Default)]
pub enum Counterpart {
    /// There is none, or it has been met.
    #[default]
    None,
    /// It takes what is lowered here, if its basis is the same.
    Takes(Receiver<Basis>, Sender<Entered>),
    /// It gives what it lowers, if its basis is the same; else it hangs up.
    Gives(Sender<Basis>, Receiver<Entered>),
}

/// Of a run over objects: what the API server would refuse, and whether it asked more of the cloud than is in a [`Basis`].
pub(super) type Outcome = (Vec<InputError>, bool);

/// All that lowering the objects of the first cluster of a world rests on.
#[derive(Debug, PartialEq)]
pub struct Basis {
    /// The cloud's name of the cluster, and the addresses that it gives Services.
    site: Option<(String, AddressSet)>,
    cluster: Id<Cluster>,
    engine: String,
    api_server: AddressSet,
    objects: Vec<Object>,
    settings: Settings,
}

impl Basis {
    /// None where another cluster of the world was lowered before.
    fn of(
        objects: &[Object],
        cluster: Id<Cluster>,
        site: Option<&dyn Site>,
        settings: &Settings,
        world: &World,
    ) -> Option<Self> {
        let is_first = world.namespaces.is_empty()
            && world.workloads.is_empty()
            && world.policies.is_empty()
            && world.services.is_empty();
        is_first.then(|| Basis {
            site: site.map(|site| (site.address().to_owned(), site.service_addresses())),
            cluster,
            engine: world.clusters[cluster].engine.clone(),
            api_server: world.api_server(cluster),
            objects: objects.to_vec(),
            settings: settings.clone(),
        })
    }
}

/// What lowering entered into a world that held nothing of the kind.
#[derive(Debug)]
pub struct Entered {
    namespaces: Arena<Namespace>,
    workloads: Arena<Workload>,
    policies: Arena<Policy>,
    services: Arena<Service>,
    addressing: Option<ServiceAddressing>,
    /// The gaps that it asked for, in the order in which it did, each once.
    gaps: Vec<(Id<Gap>, Gap)>,
    errors: Vec<InputError>,
}

impl Entered {
    /// What stands in a world that gave `before` doubts when lowering began.
    fn of(world: &World, cluster: Id<Cluster>, before: usize, errors: &[InputError]) -> Self {
        let mut seen = BTreeSet::new();
        let asked = world.doubted().iter().skip(before);
        let asked = asked.filter(|id| seen.insert(**id));
        Entered {
            gaps: asked.map(|id| (*id, world.gaps[*id].clone())).collect(),
            namespaces: world.namespaces.clone(),
            workloads: world.workloads.clone(),
            policies: world.policies.clone(),
            services: world.services.clone(),
            addressing: world.service_addressing.get(&cluster).cloned(),
            errors: errors.to_vec(),
        }
    }

    /// Enters the gaps into another world; whether they have the same numbers there. Where they have not, lowering asks for
    /// them anew in the same order.
    fn fits(&self, world: &mut World) -> bool {
        self.gaps.iter().all(|(id, gap)| {
            let Gap { kind, what, origin } = gap.clone();
            world.doubt(kind, what, origin) == Doubt::of(*id)
        })
    }

    fn enter(self, world: &mut World, cluster: Id<Cluster>) -> Vec<InputError> {
        world.namespaces = self.namespaces;
        world.workloads = self.workloads;
        world.policies = self.policies;
        world.services = self.services;
        let addressing = self.addressing.map(|own| (cluster, own));
        world.service_addressing.extend(addressing);
        self.errors
    }
}

impl Counterpart {
    /// The moment after for that before, and the other way round.
    #[must_use]
    pub fn pair() -> (Self, Self) {
        let ((tells, told), (gives, given)) = (channel(), channel());
        (
            Counterpart::Takes(told, gives),
            Counterpart::Gives(tells, given),
        )
    }

    /// Lowers objects by `run`, or takes over what the other moment made of the same ones.
    pub(super) fn lower(
        self,
        (objects, cluster): (&[Object], Id<Cluster>),
        site: Option<&dyn Site>,
        settings: &Settings,
        world: &mut World,
        run: impl Fn(&mut World) -> Outcome,
    ) -> Vec<InputError> {
        let basis = |world: &World| Basis::of(objects, cluster, site, settings, world);
        match self {
            Counterpart::None => run(world).0,
            Counterpart::Takes(theirs, give) => {
                let own = basis(world);
                let is_same = own.is_some() && theirs.recv().ok() == own;
                let give = Some(give).filter(|_| is_same);
                let before = world.doubted().len();
                let (errors, asked_more) = run(world);
                if let Some(give) = give.filter(|_| !asked_more) {
                    // Where the other moment has ended nobody wants it.
                    let _ = give.send(Entered::of(world, cluster, before, &errors));
                }
                errors
            }
            Counterpart::Gives(tell, entered) => {
                let told = basis(world).and_then(|own| tell.send(own).ok());
                drop(tell);
                let entered = told.and_then(|()| entered.recv().ok());
                match entered.filter(|entered| entered.fits(world)) {
                    Some(entered) => entered.enter(world, cluster),
                    None => run(world).0,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::kubernetes::fixture;
    use crate::ingest::{kubernetes, parallel};
    use crate::model::GapKind;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// A workload and a policy, of which one value is wrong: both errors and gaps come of it.
    const OBJECTS: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {hostNetwork: perhaps}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Wrong]}
";

    /// One moment: the world that its objects are lowered into, and whether they ask more of the cloud.
    struct Moment {
        text: String,
        engine: &'static str,
        gaps: &'static [&'static str],
        asks_more: bool,
    }

    fn moment() -> Moment {
        Moment {
            text: OBJECTS.to_owned(),
            engine: "calico",
            gaps: &["a"],
            asks_more: false,
        }
    }

    /// What a moment's world holds, its gaps by number.
    fn lowered(moment: &Moment, counterpart: Counterpart, runs: &AtomicUsize) -> String {
        let mut read = fixture::objects(&[&moment.text]);
        kubernetes::resolve_templates(&mut read.objects, &Settings::default());
        let (mut world, cluster) = fixture::cluster(moment.engine);
        for what in moment.gaps {
            world.doubt(GapKind::Unlinked, *what, None);
        }
        let (objects, settings) = (&read.objects, &Settings::default());
        let of = (objects.as_slice(), cluster);
        let errors = counterpart.lower(of, None, settings, &mut world, |world| {
            runs.fetch_add(1, Ordering::Relaxed);
            let other = Counterpart::None;
            let errors = kubernetes::lower(objects, cluster, None, settings, world, other);
            (errors, moment.asks_more)
        });
        assert!(!errors.is_empty());
        format!(
            "{errors:?} {:?} {:?} {:?} {:?} {:?} {:?}",
            world.namespaces,
            world.workloads,
            world.policies,
            world.services,
            world.service_addressing,
            world.gaps,
        )
    }

    /// How often objects are lowered for two moments; each world is as if there were no other.
    fn runs(after: &Moment, before: &Moment) -> usize {
        let (runs, alone) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let (of_after, of_before) = Counterpart::pair();
        let both = parallel::both(
            || lowered(after, of_after, &runs),
            || lowered(before, of_before, &runs),
        );
        let expected = [after, before].map(|own| lowered(own, Counterpart::None, &alone));
        assert_eq!([both.0, both.1], expected);
        runs.into_inner()
    }

    #[test]
    fn the_same_objects_are_lowered_once() {
        assert_eq!(runs(&moment(), &moment()), 1);
    }

    #[test]
    fn what_differs_is_lowered_for_each_moment() {
        let text = OBJECTS.replace("app: web", "app: shop");
        let others = [
            Moment { text, ..moment() },
            Moment {
                engine: "cilium",
                ..moment()
            },
            Moment {
                text: format!("# one line further down\n{OBJECTS}"),
                ..moment()
            },
        ];
        for other in others {
            assert_eq!(runs(&moment(), &other), 2);
            assert_eq!(runs(&other, &moment()), 2);
        }
    }

    #[test]
    fn gaps_that_stand_before_matter_by_the_numbers_of_those_that_are_asked_for() {
        let with = |gaps: &'static [&'static str]| Moment { gaps, ..moment() };
        assert_eq!(runs(&with(&["a"]), &with(&["b"])), 1);
        assert_eq!(runs(&with(&["a"]), &with(&["a", "b"])), 2);
        assert_eq!(runs(&with(&["a", "b"]), &with(&["a"])), 2);
        // A label that is a number is wrong, and no gap.
        let text = OBJECTS.replace("hostNetwork: perhaps", "hostNetwork: true");
        let text = text.replace("app: web", "app: 1");
        let text = text.split("---").next().unwrap_or_default();
        let certain = |gaps| Moment {
            text: text.to_owned(),
            ..with(gaps)
        };
        assert_eq!(runs(&certain(&["a"]), &certain(&["b", "c"])), 1);
    }

    #[test]
    fn what_rests_on_more_of_the_cloud_is_not_handed_over() {
        let asks = Moment {
            asks_more: true,
            ..moment()
        };
        assert_eq!(runs(&asks, &moment()), 2);
    }

    #[test]
    fn a_moment_whose_counterpart_has_ended_lowers_for_itself() {
        let runs = AtomicUsize::new(0);
        let (of_after, of_before) = Counterpart::pair();
        drop(of_after);
        lowered(&moment(), of_before, &runs);
        let (of_after, of_before) = Counterpart::pair();
        drop(of_before);
        lowered(&moment(), of_after, &runs);
        assert_eq!(runs.into_inner(), 2);
    }
}
