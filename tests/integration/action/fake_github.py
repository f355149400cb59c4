"""The part of GitHub's REST API that comments need, on loopback.

Usage: fake_github.py STATE MODE. Prints its port. STATE is a JSON file: the comments to begin with, later the comments and all requests.
It ends when its input ends, or after two minutes. MODE is one of
  plain          answers as GitHub does
  read-only      a token that may not write
  second-writer  another run makes its comment at the same time as the first POST
  vanishing      someone deletes the comment before the first PATCH
  broken         every answer is an error
  elsewhere      every answer is a redirect
"""

import http.server
import json
import os
import sys
import threading
import urllib.parse

STATE, MODE = sys.argv[1:]
PAGE = 30
BOT = {"login": "github-actions[bot]", "type": "Bot"}


class Comments:
    def __init__(self):
        with open(STATE, encoding="utf-8") as file:
            self.all = json.load(file)
        self.requests = []
        self.surprised = False

    def save(self):
        with open(STATE, "w", encoding="utf-8") as file:
            json.dump({"comments": self.all, "requests": self.requests}, file)

    def add(self, body, user=BOT):
        number = max((one["id"] for one in self.all), default=0) + 1
        self.all.append({"id": number, "body": body, "user": user})

    def surprise(self, mode):
        """Whether this is the first time that what the mode is about happens."""
        first = MODE == mode and not self.surprised
        self.surprised = self.surprised or first
        return first


comments = Comments()


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, status, body=None):
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        if MODE == "elsewhere":
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/stolen")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def handle_any(self):
        comments.requests.append(f"{self.command} {self.path}")
        size = int(self.headers.get("Content-Length") or 0)
        sent = json.loads(self.rfile.read(size)) if size else {}
        answer = self.judge(urllib.parse.urlsplit(self.path), sent.get("body"))
        # Whoever has the answer may read the file.
        comments.save()
        self.answer(*answer)

    def judge(self, url, body):
        if MODE == "elsewhere":
            return 302, None
        if MODE == "broken":
            return 500, {"message": "::error::broken"}
        if self.headers.get("Authorization") != "Bearer canary-token":
            return 401, None
        if url.path == "/user":
            return 403, None
        if self.command != "GET" and MODE == "read-only":
            return 403, {"message": "Resource not accessible by integration"}
        if url.path == "/repos/shop/shop/issues/7/comments":
            return self.list(url) if self.command == "GET" else self.create(body)
        return self.change(int(url.path.removeprefix("/repos/shop/shop/issues/comments/")), body)

    def list(self, url):
        page = int(urllib.parse.parse_qs(url.query)["page"][0])
        return 200, comments.all[(page - 1) * PAGE : page * PAGE]

    def create(self, body):
        if comments.surprise("second-writer"):
            comments.add(body.splitlines()[0].replace("run=5.", "run=4.") + "\nof another run")
        comments.add(body)
        return 201, comments.all[-1]

    def change(self, number, body):
        if comments.surprise("vanishing"):
            comments.all = [one for one in comments.all if one["id"] != number]
        found = [one for one in comments.all if one["id"] == number]
        if not found:
            return 404, None
        if self.command == "DELETE":
            comments.all.remove(found[0])
            return 204, None
        found[0]["body"] = body
        return 200, found[0]

    do_GET = do_POST = do_PATCH = do_DELETE = handle_any


def main():
    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    for end in (lambda: sys.stdin.read(), lambda: threading.Event().wait(120)):
        threading.Thread(target=lambda end=end: (end(), os._exit(0)), daemon=True).start()
    print(server.server_port, flush=True)
    server.serve_forever()


main()
