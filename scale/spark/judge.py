#!/usr/bin/env python3
"""Judges the facts of an organisation with Apache Spark: judge.py FACTS OUT [--binary crosspeer] [--master local-cluster[2,1,1024]]

Reads files of facts, finds repositories whose networks and clusters are joined, and lets the crosspeer binary judge each such group in a
child process; one of many clusters is judged in shares, each for some of the clusters that connections come from. Writes OUT/findings and OUT/crossings as Parquet, with the columns of `crosspeer scan --parquet`, and
OUT/sarif/REPOSITORY.sarif. Spark alone schedules: a share is judged from the group's rows and nothing else, so a task that runs again, elsewhere or
twice gives the same rows.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from itertools import groupby

FINDING = ("repository string, rule string, severity string, certainty string, new bigint, title string, message string, subject string, "
           "border string, file string, line bigint, fingerprint string, body string")
END = "{0} string, {0}_kind string, {0}_cluster string, {0}_namespace string, {0}_network string, {0}_account string"
CROSSING = f"{END.format('source')}, {END.format('destination')}, borders array<string>, certainty string, traffic string, gaps array<string>"
# A row of any sort: a finding, a crossing, or a part of a SARIF file, whose JSON is the body.
ROW = "sort string, " + FINDING + ", " + CROSSING.replace("certainty string, ", "")


def names(columns):
    return [column.split()[0] for column in columns.split(", ")]


def components(edges):
    """The number of the component of each repository; edges are pairs of repositories."""
    above = {}

    def top(one):
        while above.setdefault(one, one) != one:
            above[one] = above[above[one]]
            one = above[one]
        return one

    for a, b in edges:
        a, b = top(a), top(b)
        above[max(a, b)] = min(a, b)
    numbers = {}
    return {one: numbers.setdefault(top(one), len(numbers)) for one in sorted(above)}


def repository_of(file, repositories):
    """The repository that a path of a report begins with; none where it begins with none."""
    fronts = (file[:at] for at in range(len(file), 0, -1) if file[at:at + 1] == "/")
    return next((front for front in fronts if front in repositories), None)


def sarif_parts(sarif, repositories):
    """The parts of a SARIF file: pairs of a sort and a repository, with JSON. What has no place is of no repository."""
    run = sarif["runs"][0]
    told = run["invocations"][0].pop("toolExecutionNotifications", [])
    for sort, parts in (("result", run.pop("results", [])), ("notification", told)):
        for one in parts:
            places = one.get("locations") or [{}]
            file = places[0].get("physicalLocation", {}).get("artifactLocation", {}).get("uri", "")
            yield sort, repository_of(file, repositories), json.dumps(one)
    yield "run", None, json.dumps(sarif)


def from_root(value, front):
    """JSON in which files of a repository are told from its root."""
    if isinstance(value, dict):
        return {key: own.removeprefix(front) if key == "uri" and isinstance(own, str) else from_root(own, front) for key, own in value.items()}
    return [from_root(own, front) for own in value] if isinstance(value, list) else value


def write_sarif(folder, run, parts):
    """One SARIF file for each repository. `parts` are tuples of repository, sort and JSON, ascending; `run` is a file without them."""
    os.makedirs(folder, exist_ok=True)
    for repository, own in groupby(parts, key=lambda part: part[0]):
        sarif, held = json.loads(run), {"result": [], "notification": []}
        for _, sort, text in own:
            held[sort].append(from_root(json.loads(text), f"{repository}/" if repository else "\0"))
        sarif["runs"][0]["results"] = held["result"]
        sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"] = held["notification"]
        path = os.path.join(folder, f"{repository or 'organisation'}.sarif")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(sarif, file)


def judge_with(binary, shared, clusters, target):
    """What judges one share of a group: a function from the number of both, and the facts of its repositories, to rows. `shared` are addresses that several repositories
    have, and `clusters` two of the organisation: names tell what is of this group from what is of others."""

    def judge(key, group):
        import pyarrow
        import pyarrow.parquet

        own = set(group["address"].to_pylist())
        repositories = set(group["repository"].to_pylist())
        elsewhere = [(address, "cluster") for address in clusters if address not in own] + [(one, "resource") for one in shared if one in own]
        more = [{"repository": "", "kind": "elsewhere", "type": kind, "moment": "both", "address": address, "body": ""}
                for address, kind in sorted(elsewhere)]
        _, share, shares = (number.as_py() for number in key)
        group = group.drop_columns(["component", "share", "shares"])
        group = pyarrow.concat_tables([group, pyarrow.Table.from_pylist(more, schema=group.schema)])
        with tempfile.TemporaryDirectory() as folder:
            facts, sarif = os.path.join(folder, "group.parquet"), os.path.join(folder, "group.sarif")
            pyarrow.parquet.write_table(group, facts, compression="zstd")
            command = [binary, "scan", "--no-config", "--quiet", "--fail-on", "none", "--repository", "-", "--facts", facts]
            command += ["--format", "sarif", "--output", sarif, "--parquet", folder, "--share", f"{share}/{shares}"]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise RuntimeError(f"{' '.join(command)} ends with {done.returncode}: {done.stderr[-2000:]}")
            tables = [(name, pyarrow.parquet.read_table(os.path.join(folder, f"{name}.parquet"))) for name in ("findings", "crossings")]
            with open(sarif, encoding="utf-8") as file:
                parts = [part for part in sarif_parts(json.load(file), repositories) if share == 1 or part[0] == "result"]
        tables.append((None, pyarrow.table(dict(zip(("sort", "repository", "body"), map(list, zip(*parts)))))))
        return pyarrow.concat_tables([as_rows(pyarrow, table, sort, target) for sort, table in tables])

    return judge


def as_rows(pyarrow, table, sort, target):
    """A table with the columns of all sorts of rows."""
    schema = target()
    held = dict(zip(table.column_names, table.columns))
    if sort:
        held["sort"] = pyarrow.array([sort] * table.num_rows, pyarrow.string())
    columns = [held[own.name].cast(own.type) if own.name in held else pyarrow.nulls(table.num_rows, own.type) for own in schema]
    return pyarrow.table(columns, schema=schema)


def row_schema():
    """The columns of rows as Arrow has them."""
    import pyarrow

    kinds = {"string": pyarrow.string(), "bigint": pyarrow.int64(), "array<string>": pyarrow.list_(pyarrow.string())}
    return pyarrow.schema([(column.split()[0], kinds[column.split()[1]]) for column in ROW.split(", ")])


def newest(facts, functions, window):
    """The rows of the newest commit of each repository, each once."""
    order = window.partitionBy("repository").orderBy(functions.desc_nulls_last("committed"), functions.desc_nulls_last("commit"))
    ranked = facts.withColumn("rank", functions.dense_rank().over(order))
    return ranked.where("rank = 1").drop("rank").dropDuplicates()


def grouped(facts, functions):
    """The number of each repository's group: repositories are joined where one names what another one is called."""
    texts = functions.expr("array_compact(concat(array(id), aliases, joins_to, array(if(kind = 'cluster', name, cluster))))")
    named = facts.select("repository", functions.explode(texts).alias("text")).distinct()
    addresses = facts.where("address is not null").select("repository", functions.col("address").alias("text")).distinct()
    # Addresses are names inside of one repository only.
    named = named.join(addresses, ["repository", "text"], "left_anti")
    # Manifests may be tied to a cluster of another repository by its address.
    tied = facts.where("kind = 'cluster'").select("repository", functions.col("address").alias("text"))
    named = named.union(tied.join(named.select("text").distinct(), "text", "left_semi").select("repository", "text"))
    shared = named.groupBy("text").agg(functions.sort_array(functions.collect_set("repository")).alias("own")).where("size(own) > 1")
    edges = shared.select(functions.col("own")[0].alias("a"), functions.explode("own").alias("b")).distinct().collect()
    alone = facts.where("kind = 'repository'").select("repository").distinct().collect()
    twice = addresses.groupBy("text").count().where("count > 1").select("text").collect()
    return components(sorted(map(tuple, edges)) + [(row.repository, row.repository) for row in alone]), [row.text for row in twice]


def main():
    from pyspark.sql import SparkSession, Window, functions

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("facts")
    parser.add_argument("out")
    parser.add_argument("--binary", default="crosspeer", help="where crosspeer is on the executors")
    parser.add_argument("--master", help="where Spark runs; left out with spark-submit")
    parser.add_argument("--partitions", type=int, default=8, help="parts that rows and groups are dealt to; two or more for each core")
    parser.add_argument("--clusters", type=int, default=50, help="clusters of one group that are judged by one task")
    own = parser.parse_args()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("crosspeer").config("spark.sql.execution.arrow.maxRecordsPerBatch", "0")
    # A group is judged from its rows alone, so a slow task may run a second time elsewhere.
    builder = builder.config("spark.speculation", "true").config("spark.sql.shuffle.partitions", own.partitions)
    spark = (builder.master(own.master) if own.master else builder).getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    facts = newest(spark.read.option("recursiveFileLookup", "true").parquet(own.facts), functions, Window).cache()
    known, shared = grouped(facts, functions)
    clusters = [row.address for row in facts.where("kind = 'cluster'").select("address").distinct().orderBy("address").limit(2).collect()]
    held = Counter(known[row.repository] for row in facts.where("kind = 'cluster'").select("repository", "address").distinct().collect())
    shares = {number: max(1, -(-held[number] // own.clusters)) for number in known.values()}
    dealt = [(name, number, share, shares[number]) for name, number in sorted(known.items()) for share in range(1, shares[number] + 1)]
    groups = spark.createDataFrame(dealt, "repository string, component int, share int, shares int")
    judged = facts.join(functions.broadcast(groups), "repository").groupBy("component", "share", "shares").applyInArrow(judge_with(own.binary, shared, clusters, row_schema), ROW).cache()
    for sort, columns in (("findings", FINDING), ("crossings", CROSSING)):
        rows = judged.where(functions.col("sort") == sort).select(names(columns))
        rows.write.mode("overwrite").parquet(os.path.join(own.out, sort))
    parts = judged.where("sort in ('result', 'notification')").select("repository", "sort", "body").orderBy("repository", "sort", "body")
    run = judged.where("sort = 'run'").select("body").first()
    if run:
        write_sarif(os.path.join(own.out, "sarif"), run.body, map(tuple, parts.toLocalIterator()))
    print(f"{facts.count()} facts of {len(known)} repositories in {len(shares)} groups, judged in {sum(shares.values())} shares")


if __name__ == "__main__":
    main()
