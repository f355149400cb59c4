#!/usr/bin/env python3
"""Holds a plan against the state that it becomes, over generated roots.

    compare.py BINARY TFPLAN [--seeds FIRST COUNT] [--forms COUNT] [--keep FOLDER]

Each root is planned and applied by TFPLAN (a program that takes a folder and `--out FOLDER`, and writes `plan.json` and
`state.json`). The same questions go to three inputs. The plan with its sources must answer as the state does. The plan
alone may say *possible* instead, and never *blocked* of what the state lets pass, nor *reachable* of what it stops.

With `--forms` each world is also written plainly and in so many further forms, by locals, modules, `for_each`, `dynamic` blocks
and functions: each must answer as the plain one does.
Exit code 1, and the question, where one answer breaks that.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

from generate import World

MANIFESTS = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: open}
spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: []}}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: kube-system}
spec: {selector: {matchLabels: {app: agent}}, template: {metadata: {labels: {app: agent}}, spec: {hostNetwork: true, containers: []}}}
"""
PODS = ["open/web", "kube-system/agent"]
ENDS = ("aws_instance", "aws_db_instance")


def addresses(module):
    """The addresses of machines and databases in a module of a state."""
    own = module.get("resources", [])
    found = [one["address"] for one in own if one["mode"] == "managed" and one["type"] in ENDS]
    return found + [address for child in module.get("child_modules", []) for address in addresses(child)]


def questions(world, state):
    ends = addresses(state["values"]["root_module"])
    asked = [(pod, end, port) for pod in PODS for end in ends for port in (5432, 6379)]
    asked += [(end, PODS[1], 8080) for end in ends]
    for name in world.far:
        front = world.networks[name]
        asked += [(pod, f"{front}.{n}.77", 443) for pod in PODS for n in range(2)]
        asked += [(f"{front}.{n}.9", pod, 8080) for n, pod in enumerate(PODS)]
    return [{"from": source, "to": to, "protocol": "tcp", "port": port} for source, to, port in asked]


def answers(binary, folder, inputs, count):
    command = [binary, "explain", "--no-config", "--format", "json", "--manifests", "pods.yaml", "--batch", "questions"]
    run = subprocess.run([*command, *inputs], cwd=folder, capture_output=True, text=True, timeout=120)
    verdicts = [json.loads(line)["verdict"] for line in run.stdout.splitlines() if line.strip()]
    if len(verdicts) != count:
        sys.exit(f"{count} questions and {len(verdicts)} answers in {folder}:\n{run.stderr}")
    return verdicts


def compared(seed, binary, tfplan, folder):
    """The questions that a root's plan answers wrongly."""
    world = World(seed, seed)
    world.root.write(folder / "tf")
    made = subprocess.run([tfplan, str(folder / "tf"), "--out", str(folder)], capture_output=True, text=True)
    if made.returncode:
        sys.exit(f"seed {seed} makes no plan:\n{made.stderr}")
    (folder / "pods.yaml").write_text(MANIFESTS)
    asked = questions(world, json.loads((folder / "state.json").read_text()))
    (folder / "questions").write_text("\n".join(map(json.dumps, asked)))
    ask = lambda *inputs: answers(binary, folder, inputs, len(asked))
    state = ask("--state", "state.json")
    both = ask("--plan", "plan.json", "--tf", "tf")
    plan = ask("--plan", "plan.json")
    wrong = []
    for question, right, sourced, alone in zip(asked, state, both, plan):
        if sourced != right or alone not in (right, "possible"):
            wrong.append(f"seed {seed}: {json.dumps(question)}: state {right}, plan with sources {sourced}, alone {alone}")
    return len(asked), wrong


def rewritten(seed, forms, binary, tfplan, folder):
    """The questions that a world answers otherwise in other forms."""
    ends, plain, asked, wrong = [], [], 0, []
    for form in [None, *(1000 * seed + n for n in range(forms))]:
        world = World(seed, form)
        own = folder / f"form-{form}"
        world.root.write(own / "tf")
        made = subprocess.run([tfplan, str(own / "tf"), "--out", str(own)], capture_output=True, text=True)
        if made.returncode:
            sys.exit(f"seed {seed} in the forms {form} makes no plan:\n{made.stderr}")
        (own / "pods.yaml").write_text(MANIFESTS)
        ends = ends or [block for block in world.root.references if block.split(".")[0] in ENDS]
        queries = [(pod, block, port) for pod in PODS for block in ends for port in (5432, 6379, 8080)]
        to = world.root.address
        lines = [{"from": pod, "to": to(block), "protocol": "tcp", "port": port} for pod, block, port in queries]
        lines += [{"from": to(block), "to": PODS[1], "protocol": "tcp", "port": 8080} for block in ends]
        (own / "questions").write_text("\n".join(map(json.dumps, lines)))
        found = answers(binary, own, ("--plan", "plan.json", "--tf", "tf"), len(lines))
        plain = plain or found
        asked += len(lines)
        for question, right, other in zip(lines, plain, found):
            if other != right:
                wrong.append(f"seed {seed} in the forms {form}: {json.dumps(question)}: plainly {right}, now {other}")
    return asked, wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("tfplan")
    parser.add_argument("--seeds", nargs=2, type=int, default=(1, 8), metavar=("FIRST", "COUNT"))
    parser.add_argument("--forms", type=int, default=0, help="in how many forms each world is written beside the plain one")
    parser.add_argument("--keep", type=pathlib.Path, help="a folder that keeps the roots")
    given = parser.parse_args()
    binary = str(pathlib.Path(given.binary).resolve())
    total, wrong = 0, []
    for seed in range(given.seeds[0], sum(given.seeds)):
        with tempfile.TemporaryDirectory() as passing:
            folder = given.keep / str(seed) if given.keep else pathlib.Path(passing)
            results = [compared(seed, binary, given.tfplan, folder)]
            if given.forms:
                results.append(rewritten(seed, given.forms, binary, given.tfplan, folder))
            total += sum(count for count, _ in results)
            wrong += [line for _, own in results for line in own]
    print(f"{total} questions over {given.seeds[1]} roots, {len(wrong)} wrong")
    print("\n".join(wrong))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
