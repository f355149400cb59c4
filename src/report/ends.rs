//! Between whom the path of a finding goes.

use crate::rules::{Finding, WorkloadCrossing};
use std::net::IpAddr;

/// Who opens the connection that the path of a finding is about, and to whom; none where it has no path.
pub(super) fn ends(finding: &Finding) -> Option<(&str, &str)> {
    let own = proved(finding).filter(|_| !finding.path.is_empty())?;
    let (near, far) = (&*own.workload, &*own.far);
    Some(if finding.inbound {
        (far, near)
    } else {
        (near, far)
    })
}

/// The passage that the path is about: certain before possible, what has a name before bare addresses.
fn proved(finding: &Finding) -> Option<&WorkloadCrossing> {
    let is_bare = |far: &str| {
        let first = far.split(['/', '-', ',']).next().unwrap_or_default();
        first.parse::<IpAddr>().is_ok()
    };
    let passages = finding.passages.iter();
    passages.min_by_key(|own| (!own.certain, is_bare(&own.far)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::finding;

    #[test]
    fn a_path_ends_at_what_has_a_name() {
        let mut own = finding(1);
        let mut bare = own.passages[0].clone();
        bare.far = "10.40.0.0/23".into();
        own.passages.insert(0, bare);
        assert_eq!(ends(&own), Some(("shop/web", "x")));
        own.passages[1].certain = false;
        own.inbound = true;
        assert_eq!(ends(&own), Some(("10.40.0.0/23", "shop/web")));
        own.path.clear();
        assert_eq!(ends(&own), None);
    }
}
