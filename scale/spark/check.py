#!/usr/bin/env python3
"""Holds Spark's answer against that of one machine: check.py BINARY WORK [REPOSITORIES] [--trouble slow,failed,killed] [--master MASTER]

Makes an organisation and its facts in WORK (a store that is there is taken), and judges them on one machine and with judge.py. Files are given
to Spark in another order and one of them twice. Troubles befall calls of the binary: one is slow, one fails so that its task runs again, and of
one the executor is killed while it runs. What must be the same, byte for byte: the rows of findings and of crossings as JSON, sorted; each
SARIF file, whose results are sorted.
"""
import argparse
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time

import pyarrow.parquet

HERE = os.path.dirname(os.path.abspath(__file__))
# The check of one machine is found before this file, which has its name.
sys.path[:0] = [os.path.dirname(HERE), HERE]
import check as one_machine  # noqa: E402
import judge  # noqa: E402

# Stands before the binary: each call takes the next number, and one of the first meets a trouble.
WRAPPER = """#!/bin/sh
n=1
while ! mkdir "{work}/call-$n" 2>/dev/null; do n=$((n + 1)); done
echo $$ >"{work}/call-$n/new" && mv "{work}/call-$n/new" "{work}/call-$n/pid"
case $n in
{slow}) sleep 4 ;;
{failed}) exit 9 ;;
{killed}) sleep 60 ;;
esac
exec {binary} "$@"
"""
TROUBLES = ("slow", "failed", "killed")


def alone(binary, store, work):
    """The answer of one machine, in a folder as the job's."""
    out = os.path.join(work, "alone")
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    command = [binary, "scan", "--no-config", "--quiet", "--fail-on", "none", "--repository", "-", "--facts", store]
    command += ["--format", "sarif", "--output", "all.sarif", "--parquet", "."]
    began = time.monotonic()
    subprocess.run(command, cwd=out, check=True)
    print(f"one machine: {time.monotonic() - began:.1f} s, {used()}")
    for sort in ("findings", "crossings"):
        os.makedirs(os.path.join(out, sort))
        os.rename(os.path.join(out, f"{sort}.parquet"), os.path.join(out, sort, "all.parquet"))
    repositories = set(pyarrow.parquet.read_table(store, columns=["repository"]).column(0).to_pylist())
    with open(os.path.join(out, "all.sarif"), encoding="utf-8") as file:
        parts = list(judge.sarif_parts(json.load(file), repositories))
    run = next(text for sort, _, text in parts if sort == "run")
    rows = [(repository, sort, text) for sort, repository, text in parts if sort != "run"]
    rows.sort(key=lambda row: (row[0] is not None, row[0] or "", *row[1:]))
    judge.write_sarif(os.path.join(out, "sarif"), run, rows)
    return out


def used():
    """What all processes that ended have taken until now, and the largest of them."""
    own = resource.getrusage(resource.RUSAGE_CHILDREN)
    return f"{own.ru_utime:.1f} s of user time, at most {own.ru_maxrss >> 10} MB"


def executor_of(pid):
    """The executor that a process was started by; none where none was."""
    while pid > 1:
        with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as file:
            if "CoarseGrainedExecutorBackend" in file.read():
                return pid
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            pid = int(file.read().rsplit(")", 1)[1].split()[1])
    return None


def kill_one(calls, number, killed):
    """Kills the executor of a call while that runs."""
    path = os.path.join(calls, f"call-{number}", "pid")
    for _ in range(3000):
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                pid = int(file.read())
            executor = executor_of(pid)
            if executor:
                os.kill(executor, signal.SIGKILL)
                os.kill(pid, signal.SIGKILL)
                killed.append(executor)
            return
        time.sleep(0.1)


def with_spark(binary, store, work, own):
    """The answer of the job, beset by troubles, and whether these were met."""
    out, calls = os.path.join(work, "judged"), os.path.join(work, "calls")
    for folder in (out, calls):
        shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(calls)
    troubles = [one for one in own.trouble.split(",") if one]
    at = {name: troubles.index(name) + 1 if name in troubles else 0 for name in TROUBLES}
    wrapper = os.path.join(calls, "crosspeer")
    with open(wrapper, "w", encoding="utf-8") as file:
        file.write(WRAPPER.format(work=calls, binary=binary, **at))
    os.chmod(wrapper, 0o755)
    killed = []
    if at["killed"]:
        threading.Thread(target=kill_one, args=(calls, at["killed"], killed), daemon=True).start()
    command = [sys.executable, os.path.join(HERE, "judge.py"), store, out, "--binary", wrapper, "--master", own.master]
    command += ["--clusters", str(own.clusters)]
    began = time.monotonic()
    done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stdout + done.stderr[-6000:])
    count = sum(name.startswith("call-") for name in os.listdir(calls))
    shares = int(done.stdout.split()[-2])
    print(f"{own.master}: {time.monotonic() - began:.1f} s, {used()} with it; {done.stdout.strip()}; {count} calls, {len(killed)} executors killed")
    again = at["failed"] > 0, at["killed"] > 0
    met = count >= shares + sum(again) and bool(killed) == bool(at["killed"])
    if not met:
        print("the troubles were not met")
    return out, met


def rows(folder):
    """The rows of a folder of Parquet files as lines of JSON, sorted."""
    return sorted(json.dumps(row, sort_keys=True) for row in pyarrow.parquet.read_table(folder).to_pylist())


def files(folder):
    """The bytes of all files below a folder, by path."""
    out = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            with open(path, "rb") as file:
                out[os.path.relpath(path, folder)] = file.read()
    return out


def same(expected, found):
    """Whether both folders hold the same answer."""
    good = True
    for part, read in (("findings", rows), ("crossings", rows), ("sarif", files)):
        ours, theirs = (read(os.path.join(folder, part)) for folder in (expected, found))
        fine = ours == theirs and len(ours) > 0
        good &= fine
        print(f"{'same' if fine else 'DIFFERENT'}: {part}: {len(ours)} on one machine, {len(theirs)} with Spark")
        if not fine and isinstance(ours, list):
            print("\n".join(one[:900] for one in sorted(set(ours) ^ set(theirs))[:4]))
        elif not fine:
            print([path for path in ours | theirs if ours.get(path) != theirs.get(path)][:4])
    return good


def another_order(store, work, seed):
    """The same files under other names, so in another order, and one of them twice."""
    mixed = os.path.join(work, "mixed")
    shutil.rmtree(mixed, ignore_errors=True)
    os.makedirs(mixed)
    names = sorted(name for name in os.listdir(store) if name.endswith(".parquet"))
    again = names + [names[len(names) // 2]]
    random.Random(seed).shuffle(again)
    for at, name in enumerate(again):
        os.link(os.path.join(store, name), os.path.join(mixed, f"{at:05}.parquet"))
    return mixed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("work")
    parser.add_argument("repositories", type=int, nargs="?", default=24)
    parser.add_argument("--division", type=int, default=6, help="repositories whose networks are joined [default: 6]")
    parser.add_argument("--clusters", type=int, default=50, help="clusters of one group that are judged by one task [default: 50]")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--trouble", default=",".join(TROUBLES))
    parser.add_argument("--master", default="local-cluster[2,1,1024]")
    own = parser.parse_args()
    binary, work = os.path.abspath(own.binary), os.path.abspath(own.work)
    organisation, store = os.path.join(work, "organisation"), os.path.join(work, "store")
    if not os.path.isdir(store):
        generate = [sys.executable, os.path.join(os.path.dirname(HERE), "generate.py"), organisation, str(own.repositories)]
        subprocess.run([*generate, "--seed", str(own.seed), "--division", str(own.division)], check=True)
        one_machine.write_facts(binary, organisation, store)
    expected = alone(binary, store, work)
    found, met = with_spark(binary, another_order(store, work, own.seed), work, own)
    sys.exit(0 if same(expected, found) and met else 1)


if __name__ == "__main__":
    main()
