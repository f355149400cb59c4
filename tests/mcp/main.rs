//! `mcp` as an assistant speaks with it: JSON-RPC, a message a line, over standard input and output.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first thing that is not as expected"
)]

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A server with whom a session is open.
struct Session {
    server: Child,
    to: ChildStdin,
    from: Lines<BufReader<ChildStdout>>,
    asked: u64,
}

impl Session {
    fn open(here: &Path) -> Self {
        let mut server = Command::new(env!("CARGO_BIN_EXE_crosspeer"))
            .arg("mcp")
            .current_dir(here)
            // What the environment asks to write is not written.
            .env("CROSSPEER_OUTPUT", "written.txt")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let to = server.stdin.take().unwrap();
        let from = BufReader::new(server.stdout.take().unwrap()).lines();
        let mut own = Session {
            server,
            to,
            from,
            asked: 0,
        };
        let client = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}});
        let greeting = own.ask("initialize", client);
        assert_eq!(greeting["result"]["serverInfo"]["name"], "crosspeer");
        own.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        own
    }

    fn send(&mut self, message: &Value) {
        writeln!(self.to, "{message}").unwrap();
        self.to.flush().unwrap();
    }

    /// The answer to a request.
    fn ask(&mut self, method: &str, parameters: Value) -> Value {
        self.asked += 1;
        let id = self.asked;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": parameters}));
        loop {
            let line = self.from.next().unwrap().unwrap();
            let message: Value = serde_json::from_str(&line).unwrap();
            if message["id"] == id {
                return message;
            }
        }
    }

    fn call(&mut self, tool: &str, arguments: Value) -> Value {
        self.ask("tools/call", json!({"name": tool, "arguments": arguments}))
    }

    /// Ends by itself once nobody speaks any more.
    fn close(mut self) {
        drop(self.to);
        assert!(self.server.wait().unwrap().success());
    }
}

fn text(answer: &Value) -> &str {
    answer["result"]["content"][0]["text"].as_str().unwrap()
}

#[test]
fn mcp_answers_an_assistant_before_it_proposes() {
    let here = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("mcp");
    let _ = std::fs::remove_dir_all(&here);
    std::fs::create_dir_all(here.join(".git")).unwrap();
    let mut session = Session::open(&here);
    let tools = session.ask("tools/list", json!({}));
    let tools = tools["result"]["tools"].as_array().unwrap();
    let names: Vec<&str> = tools
        .iter()
        .map(|own| own["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["scan", "explain", "reach", "fix"]);

    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/demo");
    let path = |name: &str| demo.join(name).to_string_lossy().into_owned();
    let inputs = json!({"plan": [path("plan.json")], "terraform": [path("infra")], "manifests": [path("rendered")]});
    let with = |more: Value| {
        let mut all = inputs.clone();
        let own = all.as_object_mut().unwrap();
        own.extend(more.as_object().unwrap().clone());
        all
    };
    let found = session.call("scan", with(json!({"new_only": true})));
    assert!(
        text(&found).starts_with("This plan opens 1 border"),
        "{found}"
    );
    let flow = json!({"from": "payments/receipts", "to": "aws_db_instance.orders", "port": 5432, "format": "json"});
    let explained = session.call("explain", with(flow));
    let (document, _) = text(&explained).split_once('\n').unwrap();
    let verdict: Value = serde_json::from_str(document).unwrap();
    assert_eq!(verdict["verdict"], "blocked");
    let path = session.call("explain", with(json!({"finding": "CP101/1"})));
    assert!(text(&path).contains("VPC peering"), "{path}");
    let reach = session.call("reach", with(json!({"scope": "border"})));
    assert!(text(&reach).contains("aws_db_instance.orders"), "{reach}");

    let fix = session.call("fix", with(json!({"finding": "CP101/1"})));
    assert!(text(&fix).contains("+++ "), "a diff is proposed: {fix}");

    let refused = session.call("scan", json!({"output": "written.txt"}));
    assert_eq!(refused["error"]["code"], -32602, "{refused}");
    let wrong = session.call("scan", json!({"plan": ["--output=written.txt"]}));
    assert_eq!(wrong["result"]["isError"], true, "{wrong}");
    session.close();
    assert_eq!(
        std::fs::read_dir(&here).unwrap().count(),
        1,
        "it only reads"
    );
}
