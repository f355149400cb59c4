//! Folders that bring the same workloads: they may be of one cluster, or of several.

use super::{BLOCKED, POSSIBLE, answer};
use crosspeer::ingest::{File, PlanPhase, Settings, ingest};
use crosspeer::model::Verdict;

const DB: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: db, namespace: shop, labels: {app: db}}\nspec: {containers: [{name: c, image: x}]}\n---\n";
const WEB: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, labels: {app: web}}\nspec: {containers: [{name: c, image: x}]}\n---\n";
const CLOSED: &str = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: shop}\nspec: {podSelector: {}}\n---\n";

/// Whether `web` reaches `db` where these files hold these texts, and whether a gap says why that is not certain.
fn verdict(files: &[(&str, &[&str])]) -> Verdict {
    let file = |(path, texts): &(&str, &[&str])| File {
        path: (*path).into(),
        bytes: texts.concat().into_bytes(),
        ..File::default()
    };
    let files: Vec<File> = files.iter().map(file).collect();
    let world = ingest(&files, &Settings::default(), PlanPhase::After)
        .unwrap()
        .world;
    let (verdict, gaps) = answer(&world, "web", "db", 80);
    let told = gaps.iter().any(|gap| gap.contains("of one cluster"));
    assert_eq!(verdict == POSSIBLE, told, "{gaps:?}");
    verdict
}

#[test]
fn a_policy_in_one_of_two_folders_of_the_same_workloads_is_possible() {
    let pods: &[&str] = &[WEB, DB];
    let closed: &[&str] = &[WEB, DB, CLOSED];
    assert_eq!(
        verdict(&[("dev/a.yaml", closed), ("prod/a.yaml", pods)]),
        POSSIBLE
    );
    assert_eq!(
        verdict(&[
            ("dev/a.yaml", pods),
            ("dev/p.yaml", &[CLOSED]),
            ("prod/a.yaml", pods)
        ]),
        POSSIBLE
    );
    // In both of them, or where the workloads stand once.
    assert_eq!(
        verdict(&[("dev/a.yaml", closed), ("prod/a.yaml", closed)]),
        BLOCKED
    );
    assert_eq!(
        verdict(&[("web/a.yaml", &[WEB]), ("db/a.yaml", &[DB, CLOSED])]),
        BLOCKED
    );
    assert_eq!(
        verdict(&[("apps/a.yaml", pods), ("policies/p.yaml", &[CLOSED])]),
        BLOCKED
    );
    assert_eq!(
        verdict(&[("all/a.yaml", closed), ("all/b.yaml", pods)]),
        BLOCKED
    );
}
