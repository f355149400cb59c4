#!/usr/bin/env python3
"""Runs the SQL of docs/organisation.md with DuckDB: sql.py BINARY WORK, after check.py has made WORK/store

Judges the store as it is (`today`) and without the repository of one database (`last-week`). Every query must return a row.
"""
import os
import re
import shutil
import subprocess
import sys

import duckdb

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "docs", "organisation.md")
# The fourth repository holds the database of the account that the page asks about.
NEW = "team-0003.parquet"


def judge(binary, work, night, files):
    """What is found in some files of facts, as a night's job writes it."""
    folder = os.path.join(work, "judged", night)
    os.makedirs(folder)
    command = [binary, "scan", "--no-config", "--quiet", "--fail-on", "none", "--repository", "-", "--parquet", ".", "--facts", *files]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def main():
    binary, work = map(os.path.abspath, sys.argv[1:])
    with open(PAGE, encoding="utf-8") as page:
        queries = re.findall(r"```sql\n(.*?)```", page.read(), re.S)
    os.chdir(work)
    shutil.rmtree("judged", ignore_errors=True)
    files = sorted(os.path.join(work, "store", name) for name in os.listdir("store"))
    judge(binary, work, "today", files)
    judge(binary, work, "last-week", [path for path in files if not path.endswith(NEW)])
    good = len(queries) > 0
    for query in queries:
        found = duckdb.sql(query).fetchall()
        good &= len(found) > 0
        print(f"{len(found)} rows: {query.splitlines()[0][:100]}")
    sys.exit(0 if good else "a query returns no row")


if __name__ == "__main__":
    main()
