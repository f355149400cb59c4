"""Prints what a JSON report says as outputs of a step: counts, the highest severity, whether it is whole, whether anything opened or closed.

Usage: outcome.py REPORT. Exits with 1 where there is no report that can be read.
"""

import json
import sys

# Gaps by which a part of the input is missing from the report, so that what was found there before has not gone.
LOST = {"unreadable", "incomplete-plan"}
SEVERITIES = ["critical", "high", "medium", "low"]


def outcome(report):
    """The outputs, by name."""
    findings = report["findings"]
    summary = report["summary"]
    new = sum(1 for finding in findings if finding.get("new"))
    severities = {finding["severity"] for finding in findings}
    lost = report["errors"] or any(gap["kind"] in LOST for gap in report["gaps"])
    opened = new or summary.get("new") or report.get("opens")
    # What a part that is missing held has not closed.
    closed = not lost and (summary.get("closed") or report.get("closes"))
    return {
        "findings": len(findings),
        "new-findings": new,
        "highest-severity": next((one for one in SEVERITIES if one in severities), "none"),
        "complete": "false" if lost else "true",
        "changed": "true" if opened or closed else "false",
    }


def main():
    try:
        with open(sys.argv[1], encoding="utf-8") as file:
            outputs = outcome(json.load(file))
    except (OSError, ValueError, KeyError, TypeError):
        print("no report to count: the outputs stay empty", file=sys.stderr)
        return 1
    for name, value in outputs.items():
        print(f"{name}={value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
