//! The way back, and what must never be claimed.

use super::align::align;
use super::{Rendering, Template, Tool, source_names};
use crate::ingest::kubernetes::read;
use crate::ingest::{File, Settings};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Line of the template from 1 for each rendered line, `-` where it is not known; `~` behind lines that were printed with actions.
fn aligned(template: &str, rendered: &str) -> String {
    let (left, right): (Vec<&str>, Vec<&str>) =
        (template.lines().collect(), rendered.lines().collect());
    let said = |line: Option<super::align::Line>| {
        line.map_or("-".to_owned(), |line| {
            format!(
                "{}{}",
                line.number + 1,
                if line.verbatim { "" } else { "~" }
            )
        })
    };
    align(&left, &right)
        .into_iter()
        .map(said)
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn lines_are_told_only_where_nothing_else_could_have_printed_them() {
    for (template, rendered, expected) in [
        // Equal lines, once on both sides.
        ("a: 1\nb: 2\n", "a: 1\nb: 2\n", "1 2"),
        // A line that stands twice is found by its neighbours: between `kind: A` and `kind: B` there is one.
        (
            "kind: A\nname: x\nkind: B\nname: x\n",
            "kind: A\nname: x\nkind: B\nname: x\n",
            "1 2 3 4",
        ),
        // A loop printed one line twice, a block under an `if` was left out.
        (
            "{{ range }}\n- p: 1\n{{ end }}\n{{ if }}\nz: 1\n{{ end }}\n",
            "- p: 1\n- p: 1\n",
            "- -",
        ),
        // Printed by a helper: no line of the template.
        (
            "metadata:\n  labels: {{ include }}\n",
            "metadata:\n  labels:\n    a: b\n",
            "1 - -",
        ),
        // An action inside a line, and the key that it prints.
        (
            "metadata:\n  name: {{ .x }}-web\nspec:\n",
            "metadata:\n  name: r-web\nspec:\n",
            "1 2~ 3",
        ),
        // Two lines with actions could have printed it.
        (
            "  name: {{ .x }}\n{{ else }}\n  name: {{ .y }}\n",
            "  name: r\n",
            "-",
        ),
        // An action alone on its line says nothing of what it prints.
        ("{{ toYaml .x }}\na: 1\n", "b: 1\na: 1\n", "- 2"),
        // Two documents in one template: the second rendered one stands in the second.
        (
            "kind: A\nname: x\n---\nkind: B\nname: x\n",
            "kind: B\nname: x\n",
            "4 5",
        ),
        // Moved lines: only those that keep their order.
        ("a: 1\nb: 2\nc: 3\n", "c: 3\na: 1\nb: 2\n", "- 1 2"),
    ] {
        assert_eq!(
            aligned(template, rendered),
            expected,
            "{template}\n->\n{rendered}"
        );
    }
}

fn file(tool: Tool, text: &str, templates: &[(&str, &str, &str)]) -> File {
    let template = |(name, path, text): &(&str, &str, &str)| {
        (
            (*name).to_owned(),
            Template {
                path: (*path).into(),
                text: (*text).to_owned(),
            },
        )
    };
    let rendering = Rendering {
        tool,
        main: "web/Chart.yaml".into(),
        namespace: Some("shop".to_owned()),
        plain: false,
        templates: templates.iter().map(template).collect::<BTreeMap<_, _>>(),
        answers: None,
        failure: None,
    };
    File {
        path: "web".into(),
        bytes: text.as_bytes().to_vec(),
        rendering: Some(Arc::new(rendering)),
        ..File::default()
    }
}

/// `address file:line:column` of each object, by the place of its name.
fn places(file: &File) -> Vec<String> {
    let objects = read(&[file], &Settings::default()).objects;
    let said =
        |place: &crate::model::Place| format!("{}:{}:{}", place.file, place.line, place.column);
    objects
        .iter()
        .map(|object| format!("{} {}", object.origin.address, said(&object.origin.place)))
        .collect()
}

#[test]
fn helm_documents_lead_back_to_their_templates() {
    let rendered = "---\n# Source: web/templates/a.yaml\napiVersion: v1\nkind: Pod\nmetadata:\n  name: r-web\n---\n\
                    # Source: web/templates/a.yaml\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: fixed\n---\n\
                    # Source: web/charts/db/templates/b.yaml\napiVersion: v1\nkind: Pod\nmetadata:\n  name: db\n  namespace: own\n";
    let template = "{{- if .on }}\napiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}-web\n{{- end }}\n---\n\
                    apiVersion: v1\nkind: Namespace\nmetadata:\n  name: fixed\n";
    let file = file(
        Tool::Helm,
        rendered,
        &[("web/templates/a.yaml", "web/templates/a.yaml", template)],
    );
    // The second template is in an archive: the chart is named. A Namespace has no namespace, and a written one stays.
    assert_eq!(
        places(&file),
        [
            "Pod shop/r-web web/templates/a.yaml:5:0",
            "Namespace fixed web/templates/a.yaml:11:9",
            "Pod own/db web/Chart.yaml:0:0"
        ]
    );
    assert_eq!(
        source_names(Tool::Helm, rendered)
            .into_iter()
            .collect::<Vec<_>>(),
        ["web/charts/db/templates/b.yaml", "web/templates/a.yaml"]
    );
}

#[test]
fn kustomize_objects_lead_back_to_the_files_they_were_made_from() {
    let origin =
        "  annotations:\n    config.kubernetes.io/origin: |\n      path: ../base/web.yaml\n";
    let rendered = format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n{origin}  name: p-web\nspec:\n  hostNetwork: true\n  subdomain: new\n---\n\
         apiVersion: v1\nkind: Service\nmetadata:\n{origin}  name: other\n"
    );
    let source = "kind: Pod\napiVersion: v1\nspec:\n  subdomain: old\n  hostNetwork: true\nmetadata:\n  name: web\n";
    let file = file(
        Tool::Kustomize,
        &rendered,
        &[("../base/web.yaml", "base/web.yaml", source)],
    );
    assert_eq!(
        places(&file),
        [
            "Pod shop/p-web base/web.yaml:7:9",
            "Service shop/other base/web.yaml:0:0"
        ]
    );
    let pod = &read(&[&file], &Settings::default()).objects[0];
    let line = |path: &str| pod.node.get(path).place().line;
    assert_eq!(
        (line("spec.hostNetwork"), line("spec.subdomain")),
        (5, 0),
        "a value that an overlay changed has no line"
    );
    assert_eq!(
        source_names(Tool::Kustomize, &rendered)
            .into_iter()
            .collect::<Vec<_>>(),
        ["../base/web.yaml"]
    );
}

#[test]
fn requests_to_ignore_bear_on_the_objects_of_their_document() {
    let rendered = "---\n# Source: t.yaml\n# crosspeer: ignore[CP201] wanted\napiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n---\n\
                    # Source: t.yaml\napiVersion: v1\nkind: Pod\nmetadata:\n  name: b\n";
    let read = read(
        &[&file(
            Tool::Helm,
            rendered,
            &[("t.yaml", "web/t.yaml", "{{ x }}")],
        )],
        &Settings::default(),
    );
    let about: Vec<_> = read
        .remarks
        .iter()
        .map(|remark| (remark.file.as_ref(), remark.rendered.clone().unwrap()))
        .collect();
    assert_eq!(about, [("web/t.yaml", vec![Arc::from("Pod shop/a")])]);
}
