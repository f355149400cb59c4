// The table view: every finding and every crossing, searched, filtered and sorted.
import { useEffect, useMemo, useState } from "preact/hooks";
import { findingsOf, isShown } from "./details";
import type { Index, Moment } from "./index";
import type { Severity } from "./island";
import { rowsOf } from "./map/light";
import { wayName } from "./path";
import { Search } from "./search";
import { type Item, type Selection, placeName } from "./selection";
import { Badge, Words, many } from "./text";
import { type Column, Grid, type Sorting } from "./virtual";

interface Props {
  index: Index;
  selection: Selection;
  choose(item: Item): void;
  clearPlace(): void;
}

type Shown = "findings" | "crossings";

const RANK: Record<Severity, number> = { critical: 0, high: 1, medium: 2, low: 3 };

export function Table({ index, selection, choose, clearPlace }: Props) {
  const [shown, setShown] = useState<Shown>(index.report.findings.length ? "findings" : "crossings");
  const [query, setQuery] = useState("");
  const [onlyNew, setOnlyNew] = useState(false);
  const [onlyCertain, setOnlyCertain] = useState(false);
  const [sorting, setSorting] = useState<Sorting>();
  const whole = usePrinting();
  const search = useMemo(() => lazily(() => new Search(index)), [index]);
  const { place, item, moment } = selection;

  const columns = useMemo(() => (shown === "findings" ? findingColumns(index) : crossingColumns(index, moment)), [index, shown, moment]);
  const rows = useMemo(() => {
    const fits = query.trim() ? search().run(query) : undefined;
    const all = shown === "findings" ? findings(index, selection) : crossings(index, selection);
    const kept = all.filter((at) => {
      if (fits && !(shown === "findings" ? fits.finding(at) : fits.crossing(at))) return false;
      if (onlyNew && !isNew(index, shown, at)) return false;
      return !onlyCertain || isCertain(index, shown, at, moment);
    });
    return sorted(kept, columns, sorting);
  }, [index, search, shown, query, onlyNew, onlyCertain, place?.kind, place?.at, moment, columns, sorting]);

  const chosen = item && (item.kind === "finding") === (shown === "findings") ? item.at : undefined;
  const change = (to: Shown) => {
    setShown(to);
    setSorting(undefined);
  };
  return (
    <section class="table" id="table" aria-label="Table of findings and crossings">
      <div class="bar">
        <h2>Table</h2>
        <div class="switch" role="group" aria-label="What the table shows">
          <button type="button" aria-pressed={shown === "findings"} onClick={() => change("findings")}>Findings</button>
          <button type="button" aria-pressed={shown === "crossings"} onClick={() => change("crossings")}>Crossings</button>
        </div>
        <input
          type="search"
          placeholder="name, address or port"
          aria-label="Search by name, address or port"
          value={query}
          onInput={(event) => setQuery(event.currentTarget.value)}
        />
        {index.report.since && (
          <label><input type="checkbox" checked={onlyNew} onChange={(event) => setOnlyNew(event.currentTarget.checked)} /> only new</label>
        )}
        <label><input type="checkbox" checked={onlyCertain} onChange={(event) => setOnlyCertain(event.currentTarget.checked)} /> only certain</label>
        {place && (
          <button type="button" class="chip" onClick={clearPlace} title="Show the rows of everything">
            only {placeName(index, place)} <span aria-hidden="true">✕</span>
          </button>
        )}
        <span class="count" role="status">{many(rows.length, shown === "findings" ? "finding" : "crossing")}</span>
      </div>
      <Grid
        label={shown === "findings" ? "Findings" : "Crossings"}
        columns={columns}
        rows={whole ? rows.slice(0, MOST_PRINTED) : rows}
        chosen={chosen}
        sorting={sorting}
        sort={(column) => setSorting((old) => ({ column, down: old?.column === column && !old.down }))}
        choose={(at) => choose({ kind: shown === "findings" ? "finding" : "crossing", at })}
        whole={whole}
      />
      {whole && rows.length > MOST_PRINTED && <p>and {rows.length - MOST_PRINTED} more that are not printed</p>}
    </section>
  );
}

/** More rows would make a book of it. */
const MOST_PRINTED = 1000;

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** Whether the page is being printed. */
function usePrinting(): boolean {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    const media = matchMedia("print");
    const changed = () => setPrinting(media.matches);
    media.addEventListener("change", changed);
    return () => media.removeEventListener("change", changed);
  }, []);
  return printing;
}

function findings(index: Index, { place, moment }: Selection): number[] {
  if (place) return findingsOf(index, place, moment);
  return index.report.findings.map((_, at) => at).filter((at) => isShown(index, at, moment));
}

function crossings(index: Index, { place, moment }: Selection): number[] {
  const all = place ? rowsOf(index, place) : Array.from({ length: index.rows }, (_, row) => row);
  return all.filter((row) => index.crosses(row, moment) || (moment === "after" && index.state(row) === "closed"));
}

function isNew(index: Index, shown: Shown, at: number): boolean {
  return shown === "findings" ? index.report.findings[at]!.change === "new" : index.state(at) === "opened" || index.state(at) === "changed";
}

function isCertain(index: Index, shown: Shown, at: number, moment: Moment): boolean {
  if (shown === "findings") return index.report.findings[at]!.certainty === "certain";
  return index.crosses(at, moment) && !index.at(moment).possible[at];
}

function sorted(rows: number[], columns: Column[], sorting: Sorting | undefined): number[] {
  const by = sorting && columns[sorting.column]?.sort;
  if (!by) return rows;
  const keys = new Map(rows.map((row) => [row, by(row)]));
  const order = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0);
  const turn = sorting.down ? -1 : 1;
  return [...rows].sort((a, b) => turn * order(keys.get(a)!, keys.get(b)!));
}

function findingColumns(index: Index): Column[] {
  const finding = (at: number) => index.report.findings[at]!;
  const columns: Column[] = [
    { title: "Severity", width: "66px", cell: (at) => <Badge kind={finding(at).severity}>{finding(at).severity}</Badge>, sort: (at) => RANK[finding(at).severity] },
    { title: "Certainty", width: "70px", cell: (at) => <Badge kind={finding(at).certainty}>{finding(at).certainty}</Badge>, sort: (at) => finding(at).certainty },
    { title: "Rule", width: "50px", cell: (at) => finding(at).rule, sort: (at) => finding(at).rule },
    { title: "About", width: "minmax(100px, 1fr)", cell: (at) => finding(at).subject, sort: (at) => finding(at).subject },
    { title: "What", width: "minmax(200px, 5fr)", cell: (at) => <Words text={finding(at).message} /> },
  ];
  if (!index.report.since) return columns;
  const state: Column = { title: "Change", width: "54px", cell: (at) => finding(at).change !== "old" && <Badge kind={finding(at).change}>{finding(at).change}</Badge>, sort: (at) => finding(at).change };
  return [...columns.slice(0, 2), state, ...columns.slice(2)];
}

function crossingColumns(index: Index, moment: Moment): Column[] {
  const { report } = index;
  const { workload, inward, borders } = report.crossings;
  const near = (row: number) => report.workloads[workload[row]!]!.title;
  const far = (row: number) => index.far(row, moment).name;
  const from = (row: number) => (inward[row] ? far(row) : near(row));
  const to = (row: number) => (inward[row] ? near(row) : far(row));
  const at = (row: number) => (index.crosses(row, moment) ? index.at(moment) : report.crossings.before);
  const certainty = (row: number) => (at(row).possible[row] ? "possible" : "certain");
  const columns: Column[] = [
    { title: "From", width: "minmax(110px, 1.3fr)", cell: from, sort: from },
    { title: "To", width: "minmax(130px, 1.6fr)", cell: to, sort: to },
    { title: "Ports", width: "minmax(80px, .8fr)", cell: (row) => report.ports[at(row).ports[row]!]?.words, sort: (row) => report.ports[at(row).ports[row]!]?.words ?? "" },
    { title: "Certainty", width: "70px", cell: (row) => <Badge kind={certainty(row)}>{certainty(row)}</Badge>, sort: certainty },
    { title: "Border", width: "minmax(110px, 1.4fr)", cell: (row) => wayName(report, borders[row]!), sort: (row) => wayName(report, borders[row]!) },
  ];
  const state: Column = { title: "Change", width: "62px", cell: (row) => index.state(row), sort: (row) => index.state(row) };
  return report.since ? [...columns, state] : columns;
}
