//! The comment that the Action keeps up to date, against a small copy of GitHub's REST API on loopback.

use super::scan::{DEMO, DEPLOYMENT, demo};
use super::{Job, Use, commands, scans};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// The API, as long as the value lives.
struct GitHub {
    process: Child,
    state: std::path::PathBuf,
}

impl Drop for GitHub {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl GitHub {
    /// Begins with these comments, and makes the job one of run 5 of a pull request.
    fn new(job: &mut Job, mode: &str, comments: &Value) -> GitHub {
        let state = job.folder("state.json");
        std::fs::write(&state, comments.to_string()).unwrap();
        let script = job.action.join("tests/integration/action/fake_github.py");
        let mut process = Command::new("python3")
            .args([script.as_path(), &state])
            .arg(mode)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut port)
            .unwrap();
        for (name, value) in [
            (
                "GITHUB_API_URL",
                format!("http://127.0.0.1:{}", port.trim()),
            ),
            ("GITHUB_RUN_ID", "5".to_owned()),
            ("GITHUB_RUN_ATTEMPT", "1".to_owned()),
        ] {
            job.environment.insert(name.to_owned(), value);
        }
        job.github["event"] =
            json!({"pull_request": {"number": 7, "head": {"repo": {"full_name": "shop/shop"}}}});
        GitHub { process, state }
    }

    fn state(&self, key: &str) -> Vec<Value> {
        let state: Value =
            serde_json::from_str(&std::fs::read_to_string(&self.state).unwrap()).unwrap();
        state[key].as_array().unwrap().clone()
    }

    /// The texts of all comments, oldest first.
    fn comments(&self) -> Vec<String> {
        let comments = self.state("comments");
        comments
            .iter()
            .map(|one| one["body"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The methods of all requests that write.
    fn writes(&self) -> Vec<String> {
        let requests = self.state("requests");
        let methods = requests
            .iter()
            .map(|one| one.as_str().unwrap().split(' ').next().unwrap().to_owned());
        methods.filter(|method| method != "GET").collect()
    }
}

fn bot(id: u64, body: &str) -> Value {
    json!({"id": id, "body": body, "user": {"login": "github-actions[bot]", "type": "Bot"}})
}

/// Scans with a comment; neither log nor summary holds the token.
fn comment(job: &Job, inputs: &[(&str, &str)]) -> Use {
    let done = scans(
        job,
        &[
            &[
                ("comment", "true"),
                ("fail-on", "none"),
                ("upload-sarif", "false"),
            ],
            inputs,
        ]
        .concat(),
    );
    assert_eq!(done.code, 0, "a comment never fails the job: {done:?}");
    assert!(!done.log.contains("canary-token") && !done.summary.contains("canary-token"));
    done
}

const MARKER: &str = "<!-- crosspeer: run=5.1 -->\n";

#[test]
fn the_first_run_makes_a_comment_and_later_runs_edit_it() {
    let mut job = demo();
    let github = GitHub::new(&mut job, "plain", &json!([]));
    comment(&job, DEMO);
    let first = github.comments();
    assert_eq!(first.len(), 1);
    assert!(first[0].starts_with(MARKER), "{}", first[0]);
    assert!(
        first[0].contains("aws_vpc_peering_connection.app_data"),
        "{}",
        first[0]
    );
    comment(&job, DEMO);
    assert_eq!(
        github.writes(),
        ["POST"],
        "the same text is not written twice"
    );
    job.environment
        .insert("GITHUB_RUN_ID".to_owned(), "6".to_owned());
    comment(&job, DEMO);
    assert_eq!(
        (github.writes(), github.comments().len()),
        (vec!["POST".to_owned(), "PATCH".to_owned()], 1)
    );
    assert!(github.comments()[0].starts_with("<!-- crosspeer: run=6.1 -->\n"));
}

#[test]
fn it_is_silent_where_nothing_opens_and_empties_what_it_said() {
    let mut job = Job::new();
    job.write("a.yaml", DEPLOYMENT);
    let inputs = [("manifests", "a.yaml"), ("base", "a.yaml")];
    let github = GitHub::new(&mut job, "plain", &json!([]));
    comment(&job, &inputs);
    assert_eq!(github.writes(), [""; 0]);
    let old = bot(3, "<!-- crosspeer: run=4.1 -->\nopens much");
    let github = GitHub::new(&mut job, "plain", &json!([old]));
    comment(&job, &inputs);
    assert_eq!(
        github.comments(),
        [format!(
            "{MARKER}### crosspeer\n\nNothing opens or closes any more.\n"
        )]
    );
}

#[test]
fn what_could_not_be_read_is_not_said_to_be_closed() {
    let mut job = Job::new();
    job.write("rendered/a.yaml", &DEPLOYMENT.replace("shop", "kept"));
    job.write(
        "base/a.yaml",
        &format!("{DEPLOYMENT}---\n{}", DEPLOYMENT.replace("shop", "kept")),
    );
    std::fs::write(
        job.folder("checkout/rendered/b.yaml"),
        b"apiVersion: v1\nkind: Service\nmetadata: {name: \xe9}\n",
    )
    .unwrap();
    let old = json!([bot(3, "<!-- crosspeer: run=4.1 -->\nopens much")]);
    let github = GitHub::new(&mut job, "plain", &old);
    comment(&job, &[("manifests", "rendered"), ("base", "base")]);
    assert!(
        github.comments()[0].contains("A part of the input could not"),
        "{:?}",
        github.comments()
    );
    let github = GitHub::new(&mut job, "plain", &old);
    let done = scans(&job, &[("comment", "true"), ("manifests", "missing")]);
    assert_eq!(done.code, 2);
    assert!(
        github.comments()[0].contains("made no report"),
        "{:?}",
        github.comments()
    );
}

#[test]
fn the_comment_is_found_behind_hundreds_of_others() {
    let mut job = demo();
    let mut all: Vec<Value> = (1..250).map(|id| bot(id, "of another bot")).collect();
    all.push(bot(250, "<!-- crosspeer: run=4.1 -->\nold"));
    let github = GitHub::new(&mut job, "plain", &all.into());
    comment(&job, DEMO);
    assert_eq!(
        (github.writes(), github.comments().len()),
        (vec!["PATCH".to_owned()], 250)
    );
}

#[test]
fn two_runs_that_write_at_once_leave_one_comment() {
    let mut job = demo();
    let github = GitHub::new(&mut job, "second-writer", &json!([]));
    comment(&job, DEMO);
    assert_eq!(github.comments().len(), 1);
    assert!(
        github.comments()[0].starts_with(MARKER),
        "the later run is right"
    );
}

#[test]
fn an_earlier_run_that_ends_late_changes_nothing() {
    for later in ["6.1", "5.2", "10.1"] {
        let mut job = demo();
        let body = format!("<!-- crosspeer: run={later} -->\nof a later run");
        let github = GitHub::new(&mut job, "plain", &json!([bot(1, &body)]));
        comment(&job, DEMO);
        assert_eq!(github.comments(), [body]);
    }
}

#[test]
fn a_comment_that_vanishes_is_made_again() {
    let mut job = demo();
    let github = GitHub::new(
        &mut job,
        "vanishing",
        &json!([bot(1, "<!-- crosspeer: run=4.1 -->\nold")]),
    );
    comment(&job, DEMO);
    assert_eq!(github.comments().len(), 1);
    assert!(github.comments()[0].starts_with(MARKER));
}

#[test]
fn comments_of_people_and_of_other_categories_are_left_alone() {
    let mut job = demo();
    let mut people = bot(1, "<!-- crosspeer: run=4.1 -->\nall is well");
    people["user"] = json!({"login": "mallory", "type": "User"});
    let others = [
        people,
        bot(2, "<!-- crosspeer:prod run=4.1 -->\n"),
        bot(3, "> <!-- crosspeer: run=4.1 -->\n"),
    ];
    let before: Vec<Value> = others.iter().map(|one| one["body"].clone()).collect();
    let github = GitHub::new(&mut job, "plain", &json!(others));
    comment(&job, DEMO);
    assert_eq!(github.comments()[..3], before, "they stay as they are");
    assert_eq!(github.comments().len(), 4);
    comment(&job, &[DEMO, &[("category", "prod --> x")]].concat());
    assert!(github.comments()[4].starts_with("<!-- crosspeer:prod%20%2D%2D%3E%20x run=5.1 -->\n"));
}

#[test]
fn without_the_right_to_write_the_report_is_in_the_summary() {
    for mode in ["read-only", "broken", "elsewhere"] {
        let mut job = demo();
        let github = GitHub::new(&mut job, mode, &json!([]));
        // As for a pull request from a fork.
        job.github["event"]["pull_request"]["head"]["repo"]["full_name"] = "someone/shop".into();
        let done = comment(&job, &[DEMO, &[("summary", "false")]].concat());
        assert!(
            done.summary.contains("aws_vpc_peering_connection.app_data"),
            "{mode}"
        );
        let notices = commands(&done.log);
        assert_eq!(notices.len(), 1, "{notices:?}");
        assert!(
            notices[0].starts_with("::notice title=crosspeer::"),
            "{notices:?}"
        );
        assert_eq!(
            notices[0].contains("pull-requests: write"),
            mode == "read-only"
        );
        let requests = github.state("requests");
        assert!(
            requests
                .iter()
                .all(|one| !one.as_str().unwrap().contains("stolen")),
            "{requests:?}"
        );
        let once = comment(&job, DEMO).summary;
        assert_eq!(once, done.summary, "the report stands there once");
    }
}

#[test]
fn without_a_pull_request_there_is_nothing_to_comment() {
    let mut job = demo();
    let github = GitHub::new(&mut job, "plain", &json!([]));
    job.github["event"] = json!({});
    let done = comment(&job, DEMO);
    assert!(!done.ran.contains(&"Comment".to_owned()));
    assert_eq!(std::fs::read_to_string(&github.state).unwrap(), "[]");
}

#[test]
fn a_report_that_is_too_long_is_cut_between_its_parts() {
    let job = Job::new();
    let fold = format!(
        "<details><summary>a</summary>\n\n```\n{}\n```\n\n</details>\n",
        "</details>\n<details>\nä".repeat(900)
    );
    std::fs::write(
        job.folder("report"),
        format!("**first**\n\n{}", fold.repeat(9)),
    )
    .unwrap();
    let mut job = job;
    let github = GitHub::new(&mut job, "plain", &json!([]));
    let done = Command::new("python3")
        .arg("-I")
        .arg(job.action.join("action/comment.py"))
        .envs(&job.environment)
        .envs([
            ("REPORT", job.folder("report")),
            ("GITHUB_STEP_SUMMARY", job.folder("summary")),
        ])
        .envs([
            ("CHANGED", "true"),
            ("COMPLETE", "true"),
            ("TOKEN", "canary-token"),
            ("NUMBER", "7"),
        ])
        .envs([
            ("GITHUB_REPOSITORY", "shop/shop"),
            ("GITHUB_SERVER_URL", "https://github.com"),
        ])
        .status();
    assert!(done.unwrap().success());
    let body = github.comments().concat();
    assert!(body.len() > 40_000 && body.len() < 65_536, "{}", body.len());
    let rest = body.replace(&fold, "FOLD\n");
    assert_eq!(rest.matches("FOLD").count(), 60_000 / fold.len(), "{rest}");
    assert!(!rest.contains("details"), "a fold is cut: {rest}");
    assert!(
        rest.contains("[the rest](https://github.com/shop/shop/actions/runs/5)"),
        "{rest}"
    );
}
