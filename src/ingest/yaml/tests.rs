//! Tests of `yaml`.

use super::*;

fn documents(text: &str) -> Vec<Document> {
    read(&Arc::from("a.yaml"), text)
}

fn one(text: &str) -> Node {
    let documents = documents(text);
    assert_eq!(documents.len(), 1, "{documents:?}");
    documents.into_iter().next().unwrap().content.unwrap()
}

fn refusal(text: &str) -> (u32, u32, String) {
    let documents = documents(text);
    let error = documents
        .iter()
        .find_map(|document| document.content.as_ref().err())
        .expect("a document that is refused")
        .error
        .clone();
    (error.line, error.column, error.message)
}

/// Carets on a comment line below mark what `place` finds on the line above.
fn check(text: &str, place: impl Fn(&Node) -> crate::model::Place) {
    let (above, drawn) = text
        .lines()
        .enumerate()
        .find(|(_, line)| line.contains('^'))
        .expect("a line of carets");
    let column = drawn.chars().position(|c| c == '^').unwrap() + 1;
    let found = place(&one(text));
    assert_eq!(
        (
            found.line as usize,
            found.column as usize,
            found.length as usize
        ),
        (above, column, drawn.matches('^').count()),
        "{text}"
    );
}

#[test]
fn places_of_keys_and_values() {
    let cidr = "a:\n  - cidr: 10.0.0.0/8\n#         ^^^^^^^^^^\n";
    check(cidr, |node| node.get("a").items()[0].child("cidr").place());
    check("ä: {ü: 1, key: \"v\"}\n#         ^^^\n", |node| {
        node.get("ä").child("key").key_place()
    });
    check("ä: {ü: 1, key: \"v\"}\n#              ^^^\n", |node| {
        node.get("ä.key").place()
    });
    check("ä: {ü: 1, key: v}\n#  ^^^^^^^^^^^^^^\n", |node| {
        node.get("ä").place()
    });
}

#[test]
fn what_is_absent_stands_where_its_parent_does() {
    let node = one("\nspec:\n  a: 1\n").get("spec.b.c");
    assert!(node.is_absent() && node.is_unset());
    assert_eq!((node.place().line, node.place().column), (3, 3));
}

#[test]
fn scalars_have_their_yaml_1_1_meaning() {
    let node =
        one("a: yes\nb: 'yes'\nc: 0777\nd: \"80\"\ne: 80.0\nf: ~\ng:\nh: !!str 5\nyes: 1\n5: x\n");
    assert_eq!(node.get("a").boolean(), Some(true));
    assert_eq!(node.get("b").text(), Some("yes"));
    assert_eq!(node.get("c").integer(), Some(511));
    assert_eq!(
        (node.get("d").integer(), node.get("d").text()),
        (None, Some("80"))
    );
    assert_eq!(node.get("e").integer(), Some(80));
    assert!(node.get("f").is_unset() && !node.get("f").is_absent() && node.get("g").is_unset());
    assert_eq!(node.get("h").text(), Some("5"));
    assert_eq!(node.child("true").integer(), Some(1));
    assert_eq!(node.child("5").text(), Some("x"));
}

#[test]
fn a_broken_document_leaves_the_others() {
    let all = documents("a: 1\n---\nb: \"open\n---\nc: [1\n---\nd: 4\n");
    let read: Vec<bool> = all
        .iter()
        .map(|document| document.content.is_ok())
        .collect();
    assert_eq!(read, [true, false, false, true]);
    assert_eq!(all[3].lines, (6, 7));
    assert_eq!(all[3].content.as_ref().unwrap().get("d").place().line, 7);
}

#[test]
fn templates_are_refused_by_name() {
    let cases = [
        ("{{- if .Values.x }}\na: 1\n{{- end }}\n", (1, 1)),
        ("a: 1\nb: {{ .Values.b }}\n", (2, 4)),
        ("a:\n  {{- toYaml .Values.a | nindent 2 }}\n", (2, 3)),
        ("# {{ not here }}\n{{ include \"x\" . }}\n", (2, 1)),
        ("{% if x %}\na: {{ b }}\n{% endif %}\n", (1, 1)),
        ("a: {{ b }} {% c %}\n", (1, 4)),
    ];
    for (text, place) in cases {
        let (line, column, message) = refusal(text);
        assert_eq!((line, column), place, "{text}");
        assert!(
            message.contains("unrendered template: render it first, a chart with `helm template`"),
            "{message}"
        );
    }
}

#[test]
fn comments_and_the_source_of_a_chart() {
    let text =
        "# first\n---\n# Source: shop/templates/web.yaml\na: 1 # crosspeer: ignore[CP1] reason\n";
    let all = documents(text);
    assert_eq!(all.len(), 2);
    assert_eq!(all[0].content.as_ref().unwrap().shape(), Shape::Null);
    assert_eq!(all[1].source(), Some("shop/templates/web.yaml"));
    let trailing = &all[1].comments[1];
    assert_eq!(
        (trailing.line, trailing.column, trailing.trailing),
        (4, 6, true)
    );
    assert_eq!(trailing.text, "crosspeer: ignore[CP1] reason");
}

#[test]
fn merges_apply_in_source_order() {
    let node = one(
        "x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nlate: {a: 0, <<: *x}\nearly: {<<: *x, a: 0}\nlist: {<<: [*x, *y]}\nquoted: {'<<': 1}\n",
    );
    assert_eq!(node.get("late.a").integer(), Some(1));
    assert_eq!(node.get("early.a").integer(), Some(0));
    assert_eq!(
        (node.get("list.b").integer(), node.get("list.c").integer()),
        (Some(1), Some(2))
    );
    assert_eq!(node.get("quoted").child("<<").integer(), Some(1));
    assert!(refusal("a: {<<: 5}\n").2.contains("no map"));
}

#[test]
fn the_last_of_two_keys_counts_and_is_reported() {
    let all = documents("spec:\n  ingress: 1\n  egress: 2\n  ingress: 3\n");
    assert_eq!(
        all[0]
            .content
            .as_ref()
            .unwrap()
            .get("spec.ingress")
            .integer(),
        Some(3)
    );
    let problem = &all[0].problems[0];
    assert_eq!((problem.line, problem.column, problem.length), (4, 3, 7));
    assert!(
        problem
            .message
            .contains("`ingress` is set twice, first on line 2"),
        "{}",
        problem.message
    );
}

#[test]
fn maps_of_any_size_keep_each_key_once() {
    for size in [3, 16, 17, 18, 40] {
        let mut text: String = (0..size).map(|n| format!("k{n}: {n}\n")).collect();
        text += &format!("k{}: last\nk0: first\n", size - 1);
        let all = documents(&text);
        let node = all[0].content.as_ref().unwrap();
        assert_eq!(
            (node.entries().len(), all[0].problems.len()),
            (size, 2),
            "{size}"
        );
        assert_eq!(
            (
                node.get("k0").text(),
                node.child(&format!("k{}", size - 1)).text()
            ),
            (Some("first"), Some("last"))
        );
    }
}

#[test]
fn aliases_share_and_cannot_explode() {
    let node = one("a: &a {b: 1}\nc: [*a, *a]\n");
    assert_eq!(node.get("c").items()[1].get("b").place().line, 1);
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..20 {
        let before = format!("*a{}", n - 1);
        text += &format!("a{n}: &a{n} [{}]\n", [before.as_str(); 10].join(", "));
    }
    assert!(refusal(&text).2.contains("aliases"));
    let chain: String = (1..2000).fold("a0: &a0 [x]\n".to_owned(), |text, n| {
        text + &format!("a{n}: &a{n} [*a{}]\n", n - 1)
    });
    assert!(refusal(&chain).2.contains("aliases"));
    assert!(refusal("a: &a [*a]\n").2.contains("alias"));
}

#[test]
fn odd_files_are_read_or_refused_without_a_panic() {
    for text in [
        "",
        "\n",
        "---",
        "---\n---\n",
        "...",
        "%YAML 1.1\n---\na: 1",
        "- 1",
        "[",
        "{",
        "\"",
        "'",
        "|",
        "&",
        "*",
        "!",
        "? ",
        ": ",
        "\t",
        "\u{feff}a: 1",
        "a\u{0}b",
    ] {
        let _ = documents(text);
    }
    let _ = documents(&"[".repeat(5000));
    let _ = documents(&"- ".repeat(5000));
    assert_eq!(one("a: 1\r\nb: 2\r\n").get("b").place().line, 2);
}

#[test]
fn json_is_read_the_same_way() {
    let node = one(
        "{\n\t\"a\": [1, true, null, \"y\", \"\\ud83d\\ude00\"],\n\t\"b\": {\"c\": \"d\\/e\"}\n}\n",
    );
    let items = node.get("a").items();
    assert_eq!(
        (items[0].integer(), items[1].boolean(), items[3].text()),
        (Some(1), Some(true), Some("y"))
    );
    assert_eq!(items[4].text(), Some("😀"));
    let place = node.get("b.c").place();
    assert_eq!(
        (place.line, place.column, node.get("b.c").text()),
        (3, 13, Some("d/e"))
    );
}

#[test]
fn json_values_stand_at_one_place() {
    let place = crate::model::Place {
        file: Arc::from("main.tf"),
        line: 7,
        column: 3,
        length: 0,
    };
    let node = Node::from_json(
        &serde_json::json!({"a": {"b": [1, "x", null]}, "c": 1.5}),
        &place,
    );
    assert_eq!(node.get("a.b").items()[1].text(), Some("x"));
    assert_eq!(node.get("a.b").place(), place);
    assert!(node.same_as(&one("c: 1.5\na: {b: [1, x, ~]}\n")));
    assert!(!node.same_as(&one("c: 1.5\na: {b: [1, x, y]}\n")));
}
