"""The comment step of action.yml: keeps one comment of the pull request, found by a hidden marker, up to date with the report.

It is made where something opens or closes, edited by later runs, and emptied where nothing opens or closes any more. Without the right to write
it says so, and the report stands in the job's summary. It never fails the job. Everything comes in by environment; the token goes out in the
header of requests to GITHUB_API_URL only. Source: GitHub REST API documentation, "Working with comments" of issues.
"""

import json
import os
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

# GitHub takes 65,536 characters.
LARGEST_BODY = 60_000
LARGEST_ANSWER = 20_000_000
LARGEST_SUMMARY = 900_000
MOST_PAGES = 100
SECONDS = 60


class Refused(Exception):
    """GitHub did not do what was asked; `status` is that of HTTP, 0 where there was no usable answer."""

    def __init__(self, status):
        super().__init__(f"HTTP {status}")
        self.status = status


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would take the token to another host."""

    def redirect_request(self, *_):
        return None


class Api:
    """The REST API of one repository."""

    def __init__(self, base, repository, token):
        self.base = base.rstrip("/")
        self.repository = repository
        self.headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
            "Content-Type": "application/json",
            "User-Agent": "crosspeer",
        }
        self.opener = urllib.request.build_opener(NoRedirect)
        self.end = time.monotonic() + SECONDS

    def call(self, method, path, body=None):
        """What GitHub answers, taken apart; None where the answer is empty."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise Refused(0)
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, self.headers, method=method)
        try:
            with self.opener.open(request, timeout=left) as response:
                text = response.read(LARGEST_ANSWER)
                return json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            raise Refused(error.code) from None
        except (OSError, ValueError):
            raise Refused(0) from None

    def comments(self, number):
        """All comments of a pull request, oldest first."""
        found = []
        for page in range(1, MOST_PAGES + 1):
            path = f"/repos/{self.repository}/issues/{number}/comments?per_page=100&page={page}"
            answer = self.call("GET", path)
            if not isinstance(answer, list):
                raise Refused(0)
            if not answer:
                break
            found += answer
        return sorted(found, key=lambda comment: comment["id"])

    def post(self, number, body):
        self.call("POST", f"/repos/{self.repository}/issues/{number}/comments", {"body": body})

    def edit(self, comment, body):
        self.call("PATCH", f"/repos/{self.repository}/issues/comments/{comment['id']}", {"body": body})

    def delete(self, comment):
        self.call("DELETE", f"/repos/{self.repository}/issues/comments/{comment['id']}")

    def login(self):
        """Who the token is; None for the token of a job, which may not ask."""
        try:
            return self.call("GET", "/user")["login"]
        except (Refused, KeyError, TypeError):
            return None


class Thread:
    """The comments of one pull request that carry the marker of one category."""

    def __init__(self, api, number, category, run):
        self.api = api
        self.number = number
        self.name = urllib.parse.quote(category, safe="").replace("-", "%2D")
        self.run = run
        self.marker = f"<!-- crosspeer:{self.name} run={run[0]}.{run[1]} -->"
        self.pattern = re.compile(rf"<!-- crosspeer:{re.escape(self.name)} run=(\d+)\.(\d+) -->")

    def ours(self):
        """The marked comments, oldest first. A person's comment with the marker is not ours: its author could change what we write."""
        marked = [one for one in self.api.comments(self.number) if self.pattern.match(one.get("body") or "")]
        people = [one for one in marked if (one.get("user") or {}).get("type") != "Bot"]
        login = self.api.login() if people else None
        return [one for one in marked if one not in people or (login and one["user"]["login"] == login)]

    def is_newer(self, comment):
        """Whether a later run wrote it."""
        return tuple(map(int, self.pattern.match(comment["body"]).groups())) > self.run

    def settle(self, text, make):
        """Makes the one comment say `text`; makes it where there is none only if `make`. Says what was done."""
        body = f"{self.marker}\n{text}"
        marked = self.ours()
        done = "left as it is"
        if not marked:
            if not make:
                return "not needed"
            self.api.post(self.number, body)
            done = "made"
            # Another run may have made one at the same time: the oldest stays, whoever looks.
            marked = self.ours()
        for other in marked[1:]:
            self.attempt(self.api.delete, other)
        if marked and marked[0]["body"] != body and not self.is_newer(marked[0]):
            if self.attempt(self.api.edit, marked[0], body):
                return "edited"
            if make:
                self.api.post(self.number, body)
                return "made again"
        return done

    @staticmethod
    def attempt(call, *arguments):
        """Whether a comment was still there to be changed."""
        try:
            call(*arguments)
        except Refused as refusal:
            if refusal.status not in (404, 410):
                raise
            return False
        return True


def cut(text, limit):
    """The whole lines of a report that fit, up to one outside of folds and fences."""
    if len(text.encode()) <= limit:
        return text
    kept, whole, used, folds, fenced = [], 0, 0, 0, False
    for line in text.split("\n"):
        used += len(line.encode()) + 1
        if used > limit:
            break
        kept.append(line)
        if line.startswith("```"):
            fenced = not fenced
        elif not fenced:
            folds += line.startswith("<details") - line.startswith("</details>")
        if not folds and not fenced:
            whole = len(kept)
    return "\n".join(kept[:whole])


def read(path):
    """A report, or nothing where there is none."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def text_of(environment, report, changed, complete):
    """What the comment says below its marker."""
    run = "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}".format_map(environment)
    if changed:
        shown = cut(report, LARGEST_BODY)
        more = "" if shown == report else f"\n\nThe report is longer than a comment may be: [the rest]({run}) is in the summary of the run."
        return f"### crosspeer\n\n{shown.rstrip()}{more}\n"
    if not report:
        return f"### crosspeer\n\nThe last scan made no report, so what stood here may no longer hold: [the run]({run}) says why.\n"
    if not complete:
        return f"### crosspeer\n\nNothing opens or closes in what could be read. A part of the input could not: [the run]({run}) names it.\n"
    return "### crosspeer\n\nNothing opens or closes any more.\n"


def explain(status):
    """Why there is no comment."""
    if status in (401, 403, 404):
        return (
            "the token may not write comments: give the job `pull-requests: write`. "
            "A pull request from a fork or of Dependabot has no such token"
        )
    return f"GitHub did not take the comment (HTTP {status})" if status else "GitHub did not answer"


def main():
    environment = os.environ
    report = read(environment["REPORT"]) if environment.get("REPORT") else ""
    changed = bool(report) and environment.get("CHANGED") == "true"
    text = text_of(environment, report, changed, environment.get("COMPLETE") == "true")
    api = Api(environment["GITHUB_API_URL"], environment["GITHUB_REPOSITORY"], environment["TOKEN"])
    run = (int(environment["GITHUB_RUN_ID"]), int(environment.get("GITHUB_RUN_ATTEMPT") or 1))
    try:
        thread = Thread(api, int(environment["NUMBER"]), environment.get("CATEGORY", ""), run)
        print(f"comment: {thread.settle(text, changed)}")
    except Refused as refusal:
        print(f"::notice title=crosspeer::{explain(refusal.status)}. The report is in the summary")
        if changed and environment.get("SUMMARY") != "true":
            with open(environment["GITHUB_STEP_SUMMARY"], "a", encoding="utf-8") as summary:
                summary.write(cut(report, LARGEST_SUMMARY))
    return 0


if __name__ == "__main__":
    sys.exit(main())
