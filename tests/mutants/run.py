#!/usr/bin/env python3
"""How many mutants of a random sample the tests catch.

  run.py build SEED COUNT CLONE   draws a sample, and weaves it into a clone of this repository, which is built
  run.py seen CLONE               runs the tests once as they are, and notes which of them reach which mutant
  run.py test CLONE               runs for each mutant the tests that reach it, until one fails; prints the share
  run.py suites CLONE CHECK       runs the suites (CHECK is the script that does) for those that no test catches

`cargo mutants` finds the mutants (`.cargo/mutants.toml` says where) and `cargo nextest` runs the tests; both must be on the path.
A mutant that does not compile is none, and another is drawn in its place. `CARGO` names another cargo than the one on the path.
"""
import json, os, random, re, subprocess, sys, time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from weave import MODULE, holds, weave  # noqa: E402

CARGO = os.environ.get("CARGO", "cargo")
# Tests of the library that take long: they are asked only where no other fails.
LONG = re.compile(r"twin|matrix|rule_test")
SUITES = ("pairs", "border", "cluster-reach")
SLOW = '[profile.default]\nslow-timeout = { period = "30s", terminate-after = 4 }\nstatus-level = "none"\nfinal-status-level = "fail"\n'


def listed(root):
    done = subprocess.run(["cargo", "mutants", "--list", "--json"], cwd=root, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def write(clone, sample):
    """Puts the sample into the clone; numbers that cannot be woven, each with the reason."""
    subprocess.run(["git", "checkout", "--quiet", "--", "src"], cwd=clone, check=True)
    refused, by_file = {}, {}
    for number, mutant in sample.items():
        by_file.setdefault(mutant["file"], []).append((number, mutant))
    for file, mutants in by_file.items():
        path = os.path.join(clone, file)
        with open(path, encoding="utf-8") as source:
            text, own = weave(source.read(), mutants)
        refused.update(own)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
    with open(os.path.join(clone, "src/mutants.rs"), "w", encoding="utf-8") as out:
        out.write(MODULE)
    with open(os.path.join(clone, "src/lib.rs"), "a", encoding="utf-8") as out:
        out.write("#[doc(hidden)]\npub mod mutants;\n")
    return refused


def faults(clone):
    """The mutants that do not compile."""
    command = [CARGO, "check", "--lib", "--quiet", "--message-format", "json"]
    done = subprocess.run(command, cwd=clone, capture_output=True, text=True)
    out, others = set(), []
    for line in done.stdout.splitlines():
        message = json.loads(line).get("message") or {}
        if message.get("level") != "error":
            continue
        spans = [span for span in message["spans"] if span["is_primary"]] or message["spans"]
        own = set()
        for span in spans + message["spans"]:
            with open(os.path.join(clone, span["file_name"]), encoding="utf-8") as source:
                number = holds(source.read(), span["line_start"])
            own |= {number} - {None}
        out |= own
        if not own and spans:
            others.append(message["rendered"])
    if done.returncode and not out:
        sys.exit("nothing of the sample is at fault, and yet it does not compile:\n" + "\n".join(others[:5]) + done.stderr[-2000:])
    return out


def build(seed, count, clone):
    subprocess.run(["git", "checkout", "--quiet", "--", "src"], cwd=clone, check=True)
    pool = listed(clone)
    # cargo-mutants lists by file; the order of chance is the seed's alone.
    random.Random(seed).shuffle(pool)
    # Half as many again, since many do not compile; each try takes a while, so that more are drawn only where too few are left.
    sample, drawn, notes = {}, 0, {}
    while True:
        if len(sample) < count:
            more = count * 3 // 2 - len(sample)
            sample.update({number: pool[number] for number in range(drawn, min(drawn + more, len(pool)))})
            drawn = min(drawn + more, len(pool))
        bad = write(clone, sample)
        bad = bad or {number: "does not compile" for number in faults(clone)}
        if not bad:
            break
        for number, why in bad.items():
            notes[number] = (sample.pop(number)["name"], why)
        print(f"{len(bad)} of {drawn} drawn are none; again", flush=True)
    with open(os.path.join(clone, "target/sample.json"), "w", encoding="utf-8") as out:
        json.dump({"seed": seed, "sample": sample, "none": notes}, out)
    command = [CARGO, "nextest", "list", "--list-type", "binaries-only", "--message-format", "json", "--lib", "--test", "integration"]
    done = subprocess.run(command, cwd=clone, capture_output=True, text=True, check=True)
    with open(os.path.join(clone, "target/binaries.json"), "w", encoding="utf-8") as out:
        out.write(done.stdout)
    metadata = subprocess.run(["cargo", "metadata", "--format-version", "1"], cwd=clone, capture_output=True, text=True, check=True)
    with open(os.path.join(clone, "target/metadata.json"), "w", encoding="utf-8") as out:
        out.write(metadata.stdout)
    print(f"{len(sample)} mutants of {len(pool)}, {drawn} drawn; built", flush=True)


def nextest(clone, filters, environment, more=()):
    with open(os.path.join(clone, "target/nextest.toml"), "w", encoding="utf-8") as out:
        out.write(SLOW)
    command = ["cargo", "nextest", "run", "--config-file", "target/nextest.toml", "--binaries-metadata", "target/binaries.json"]
    command += ["--cargo-metadata", "target/metadata.json", *more]
    # Standard input has no end to filters, so they stand in one expression.
    command += ["-E", filters]
    return subprocess.run(command, cwd=clone, capture_output=True, text=True, env={**os.environ, **environment})


def seen(clone):
    path = os.path.join(clone, "target/seen")
    if os.path.exists(path):
        os.remove(path)
    done = nextest(clone, "all()", {"MUTANTS_SEEN": path}, ["--no-fail-fast"])
    print(done.stderr[-1500:])


def library(clone):
    """The binary with the tests of the library, and their names."""
    with open(os.path.join(clone, "target/binaries.json"), encoding="utf-8") as text:
        binaries = json.load(text)["rust-binaries"].values()
    path = next(one["binary-path"] for one in binaries if one["kind"] == "lib")
    done = subprocess.run([path, "--list", "--format", "terse"], cwd=clone, capture_output=True, text=True, check=True)
    return path, {line.removesuffix(": test") for line in done.stdout.splitlines() if line.endswith(": test")}


def fails(clone, binary, number, names):
    """A test of the library that fails; all of them in one process, which takes seconds where one for each takes minutes."""
    environment = {**os.environ, "MUTANT": number, "PROPTEST_MAX_SHRINK_ITERS": "0"}
    for long in (False, True):
        part = [name for name in names if bool(LONG.search(name)) == long]
        if not part:
            continue
        try:
            done = subprocess.run([binary, "--exact", *part], cwd=clone, capture_output=True, text=True, env=environment, timeout=600)
        except subprocess.TimeoutExpired:
            return "runs out of time"
        if done.returncode:
            failed = re.findall(r"^test (\S+) \.\.\. FAILED", done.stdout, re.M)
            return failed[0] if failed else "?"
    return None


def test(clone):
    """One mutant after another: tests of the library that reach it, then those of the binary."""
    binary, own = library(clone)
    with open(os.path.join(clone, "target/sample.json"), encoding="utf-8") as text:
        sample = json.load(text)["sample"]
    reach = {}
    with open(os.path.join(clone, "target/seen"), encoding="utf-8") as lines:
        for line in lines:
            number, _, name = line.strip().partition(" ")
            reach.setdefault(number, set()).add(name)
    results = os.path.join(clone, "target/results.json")
    known = json.load(open(results)) if os.path.exists(results) else {}
    for number, mutant in sample.items():
        if number in known:
            continue
        start, names = time.time(), sorted(reach.get(number, ()))
        caught = fails(clone, binary, number, [name for name in names if name in own])
        others = [name for name in names if name not in own]
        if others and not caught:
            listing = " | ".join(f"test(={name})" for name in others)
            every = len(others) > 1000
            done = nextest(clone, "all()" if every else listing, {"MUTANT": number}, ["--fail-fast"])
            failed = re.findall(r"^\s*(?:FAIL|TIMEOUT|SIG\w+|ABORT)\s.*?\]\s+(?:\(.*?\)\s+)?(.*)$", done.stderr, re.M)
            if done.returncode == 100:
                caught = failed[-1] if failed else "?"
            elif done.returncode:
                sys.exit(done.stderr[-3000:])
        known[number] = {"name": mutant["name"], "tests": len(names), "caught": caught, "seconds": round(time.time() - start, 1)}
        with open(results, "w", encoding="utf-8") as out:
            json.dump(known, out, indent=1)
        print(number, "caught" if caught else "SURVIVED" if names else "NEVER REACHED", mutant["name"], caught or "", flush=True)
    told(known)


def told(known):
    missed = [one for one in known.values() if not one["caught"]]
    print(f"{len(known) - len(missed)} of {len(known)} caught")
    for one in missed:
        print(" ", one["tests"], one["name"])


def suites(clone, check):
    """Holds the woven binary against the suites, once for each mutant that no test has caught."""
    results = os.path.join(clone, "target/results.json")
    with open(results, encoding="utf-8") as text:
        known = json.load(text)
    for number, one in known.items():
        for suite in SUITES:
            if one["caught"] or suite in one.get("suites", ()):
                continue
            command = [sys.executable, check, suite, os.path.join(clone, "target/debug/crosspeer")]
            done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "MUTANT": number})
            one.setdefault("suites", []).append(suite)
            if done.returncode:
                one["caught"] = f"suite {suite}"
            with open(results, "w", encoding="utf-8") as out:
                json.dump(known, out, indent=1)
        print(number, one["caught"] or "SURVIVED", one["name"], flush=True)
    told(known)


def main(arguments):
    match arguments:
        case ["build", seed, count, clone]:
            build(int(seed), int(count), os.path.abspath(clone))
        case ["seen", clone]:
            seen(os.path.abspath(clone))
        case ["test", clone]:
            test(os.path.abspath(clone))
        case ["suites", clone, check]:
            suites(os.path.abspath(clone), os.path.abspath(check))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
