#!/usr/bin/env python3
"""Holds `--facts` against reading all at once: check.py BINARY WORK REPOSITORIES [--seed N]

Makes an organisation, writes the facts of each repository, and compares what `scan` and `reach` say of the facts with what they say of all
plans and manifests together: byte for byte, with the files in another order, and with one of them twice.
"""
import argparse
import os
import random
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))


def run(binary, arguments, folder):
    """What a command prints; it may find something."""
    done = subprocess.run([binary, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(arguments)} ends with {done.returncode}\n{done.stderr[-2000:]}")
    return done.stdout


def write_facts(binary, organisation, store, jobs=2):
    """The facts of every repository, one file each."""
    os.makedirs(store, exist_ok=True)

    def one(name):
        path = os.path.join(store, f"{name}.parquet")
        arguments = ["facts", ".", "--quiet", "--repository", name, "--commit", "0" * 40, "--committed", "1", "--output", path]
        run(binary, arguments, os.path.join(organisation, name))
        return path

    names = sorted(name for name in os.listdir(organisation) if os.path.isdir(os.path.join(organisation, name)))
    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(one, names))


def questions():
    """What is asked of both."""
    yield ["scan", "--format", "json", "--fail-on", "none", "--quiet"]
    yield ["scan", "--format", "sarif", "--fail-on", "none", "--quiet"]
    yield ["reach", "--format", "json", "--quiet", "--scope", "all", "--grouped"]


def compare(binary, organisation, work, paths, seed):
    """Whether facts say what all of it says."""
    empty = os.path.join(work, "empty")
    os.makedirs(empty, exist_ok=True)
    mixed = paths + [paths[len(paths) // 2]]
    random.Random(seed).shuffle(mixed)
    good = True
    for question in questions():
        at_once = run(binary, [*question, "--config", "organisation.yaml"], organisation)
        for words, files in [("in order", paths), ("mixed, one twice", mixed)]:
            answer = run(binary, [*question, "--no-config", "--facts", *files], empty)
            same = answer == at_once
            good &= same
            print(f"{'same' if same else 'DIFFERENT'}: {' '.join(question[:3])}, {words}: {len(at_once)} and {len(answer)} bytes")
            if not same:
                for name, text in [("at-once", at_once), ("facts", answer)]:
                    with open(os.path.join(work, f"{question[0]}-{question[2]}-{name}"), "w") as out:
                        out.write(text)
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("work")
    parser.add_argument("repositories", type=int)
    parser.add_argument("--seed", type=int, default=1)
    own = parser.parse_args()
    binary, work = os.path.abspath(own.binary), os.path.abspath(own.work)
    organisation, store = os.path.join(work, "organisation"), os.path.join(work, "store")
    for folder in (organisation, store):
        shutil.rmtree(folder, ignore_errors=True)
    generate = [sys.executable, os.path.join(HERE, "generate.py"), organisation, str(own.repositories), "--seed", str(own.seed)]
    subprocess.run(generate, check=True)
    paths = write_facts(binary, organisation, store)
    sys.exit(0 if compare(binary, organisation, work, paths, own.seed) else 1)


if __name__ == "__main__":
    main()
