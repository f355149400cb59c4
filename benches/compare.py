#!/usr/bin/env python3
"""Other tools beside crosspeer, on the same inputs: user time of the whole process, and its peak memory.

    cargo build --release && python3 benches/compare.py [--only NAME]

Tools are installed below target/compare, from their package registries. One that this machine cannot install is skipped
with a message; its command stands in the table below all the same. Linux; standard library only.
"""
import json, os, pathlib, shutil, subprocess, sys, venv

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORK = ROOT / "target" / "compare"
SHARED = ROOT.parent / "shared"

# Name, how it is installed (pip or go), package, what it reads, arguments with INPUT in the place of the input.
PEERS = [
    ("checkov", "pip", "checkov", "plan", "checkov --skip-download --compact --quiet -f INPUT --framework terraform_plan"),
    ("checkov", "pip", "checkov", "manifests", "checkov --skip-download --compact --quiet -d INPUT --framework kubernetes"),
    ("network-config-analyzer", "pip", "network-config-analyzer", "manifests", "nca --connectivity INPUT --resource_list INPUT -o txt"),
    ("netpol-analyzer", "go", "github.com/np-guard/netpol-analyzer/cmd/netpolicy@latest", "manifests", "netpolicy list --dirpath INPUT -o txt"),
    ("trivy", "go", "github.com/aquasecurity/trivy/cmd/trivy@latest", "manifests", "trivy config --offline-scan --skip-check-update INPUT"),
    ("kubescape", "go", "github.com/kubescape/kubescape/v3@latest", "manifests", "kubescape scan --keep-local INPUT"),
    ("kube-linter", "go", "golang.stackrox.io/kube-linter/cmd/kube-linter@latest", "manifests", "kube-linter lint INPUT"),
]

# What crosspeer is asked on the same input.
OWN = {
    "plan": "crosspeer scan --no-config --fail-on none --format json --plan INPUT",
    "manifests": "crosspeer reach --no-config --scope cluster --format json INPUT",
}


def inputs():
    """The largest public plan, and 100 deployments with as many policies; each where it can be had."""
    plan = SHARED / "corpus" / "plans" / "generated__synthetic_mesh30__root.json"
    if plan.is_file():
        yield "plan", plan
    else:
        print("skipped: no plan beside this clone", file=sys.stderr)
    folder = WORK / "manifests"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "all.yaml").write_text("\n---\n".join(map(json.dumps, documents(100))) + "\n")
    yield "manifests", folder


def documents(count):
    """Deployments in one namespace, each with a policy that names its neighbour."""
    yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
    for number in range(count):
        name, labels = f"app{number}", {"app": f"app{number}"}
        pod = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "c"}]}}
        yield {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": "shop"},
               "spec": {"selector": {"matchLabels": labels}, "template": pod}}
        peer = {"podSelector": {"matchLabels": {"app": f"app{(number + 1) % count}"}}}
        yield {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": name, "namespace": "shop"},
               "spec": {"podSelector": {"matchLabels": labels}, "policyTypes": ["Ingress"], "ingress": [{"from": [peer]}]}}


def install(how, package):
    """The folder of a tool's programs; none where it cannot be installed here."""
    if how == "pip":
        home = WORK / package
        if not (home / "bin" / "pip").exists():
            venv.create(home, with_pip=True)
        done = subprocess.run([home / "bin" / "pip", "install", "--quiet", package], capture_output=True, text=True)
        folder = home / "bin"
    elif shutil.which("go"):
        folder = WORK / "go" / "bin"
        environment = dict(os.environ, GOBIN=str(folder))
        done = subprocess.run(["go", "install", package], env=environment, capture_output=True, text=True)
    else:
        print(f"skipped: {package} needs a Go toolchain", file=sys.stderr)
        return None
    if done.returncode != 0:
        print(f"skipped: {package} cannot be installed here: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    return folder


def measure(command, path):
    """User seconds and peak memory in MB of a command and all that it starts; none where it cannot be run."""
    environment = dict(os.environ, PATH=f"{path}:{os.environ['PATH']}")
    program = shutil.which(command[0], path=environment["PATH"])
    child = os.fork()
    if child == 0:
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        os.execve(program, command, environment) if program else os._exit(127)
    _, status, usage = os.wait4(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1, 3):
        print(f"skipped: `{' '.join(command)}` ended with {code}", file=sys.stderr)
        return None
    return usage.ru_utime, usage.ru_maxrss / 1000


def main():
    only = sys.argv[sys.argv.index("--only") + 1] if "--only" in sys.argv else None
    print("| tool | input | user seconds | memory | times crosspeer's |\n|---|---|---|---|---|")
    for kind, path in inputs():
        words = lambda command: [str(path) if word == "INPUT" else word for word in command.split()]
        own = measure(words(OWN[kind]), ROOT / "target" / "release")
        if own is None:
            sys.exit("build crosspeer first: cargo build --release")
        print(f"| crosspeer | {kind} | {own[0]:.2f} | {own[1]:.0f} MB | 1 |")
        for name, how, package, reads, command in PEERS:
            if reads != kind or only not in (None, name):
                continue
            folder = install(how, package)
            cost = folder and measure(words(command), folder)
            if cost:
                print(f"| {name} | {kind} | {cost[0]:.2f} | {cost[1]:.0f} MB | {cost[0] / max(own[0], 0.001):.0f} |", flush=True)


if __name__ == "__main__":
    main()
