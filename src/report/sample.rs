//! Scans for the tests of formats.

use super::{NoEvidence, Quotes, RepositoryPaths, Scan, Since, Summary};
use crate::model::{
    Change, Hop, HopKind, Origin, Place, Protocol, Reason, Traffic, Verdict, World,
};
use crate::rules::{Certainty, Finding, Precision, Remedy, Rule, Severity, WorkloadCrossing};

fn place(file: &str, line: u32) -> Place {
    Place {
        file: file.into(),
        line,
        column: 3,
        length: 4,
    }
}

fn hop(origin: Option<Origin>) -> Hop {
    Hop {
        kind: HopKind::Route,
        verdict: Verdict::Reachable,
        reason: Reason::BeyondInput,
        origin,
        assumed: false,
        gaps: Vec::new(),
    }
}

/// A crossing that its fingerprint distinguishes from others.
pub(super) fn finding(number: usize) -> Finding {
    let change = Change::Added;
    let origin = Origin {
        place: place("infra/a b.tf", 7),
        inner: None,
        address: "aws_route.a".into(),
        change,
    };
    Finding {
        rule: "CP101".to_owned(),
        severity: Severity::High,
        precision: Precision::High,
        certainty: Certainty::Certain,
        title: "t".to_owned(),
        message: "pod `shop/web` reaches `x`".to_owned(),
        place: place("rendered/web.yaml", 12),
        subject: "shop/web".to_owned(),
        members: vec!["shop/web".to_owned()],
        traffic: Traffic::ports(Protocol::TCP, 5432, 5432),
        passages: vec![WorkloadCrossing {
            workload: "shop/web".into(),
            far: "x".into(),
            certain: true,
            traffic: Traffic::ports(Protocol::TCP, 5432, 5432).into(),
        }],
        parts: Vec::new(),
        summary: "pods can reach `x` on tcp 5432".to_owned(),
        reason: "namespace `shop` has no policy".to_owned(),
        cause: place("rendered/web.yaml", 12),
        direct: true,
        inbound: false,
        borders: vec!["aws_vpc_peering_connection.a".to_owned()],
        path: vec![hop(None), hop(Some(origin))],
        gaps: Vec::new(),
        fingerprint: format!("{number:032x}"),
        new: true,
        added: Vec::new(),
        remedy: Remedy {
            text: "name it".to_owned(),
            paste: "x".to_owned(),
        },
        related: Vec::new(),
    }
}

/// A scan that found these.
pub(super) fn scan_of<'a>(
    findings: &'a [Finding],
    rules: &'a [Rule],
    world: &'a World,
) -> Scan<'a> {
    Scan {
        findings,
        rules: rules.iter().collect(),
        suppressed: 0,
        left_out: None,
        intended: &[],
        proved: Default::default(),
        world,
        inputs: Vec::new(),
        problems: Vec::new(),
        quotes: Quotes::default(),
        summary: Summary::default(),
        since: Some(Since::Plan),
        closed: Vec::new(),
        paths: RepositoryPaths::new("deploy/".to_owned(), Default::default(), Default::default()),
        evidence: &NoEvidence,
        verbose: false,
        page: super::Page::default(),
    }
}
