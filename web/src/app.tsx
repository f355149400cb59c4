// The page: a headline, and three views over one selection.
import { useEffect, useMemo, useState } from "preact/hooks";
import { Details, Overview } from "./details";
import { Index, type Moment } from "./index";
import type { Report } from "./island";
import { Map } from "./map/map";
import { PathView } from "./path";
import { type Item, type MapPlace, type Selection, fromHash, placeName, toHash } from "./selection";
import { Table } from "./table";
import { many, number } from "./text";

export function App({ report }: { report: Report }) {
  const index = useMemo(() => new Index(report), [report]);
  const [selection, setSelection] = useState<Selection>(() => fromHash(index, location.hash));
  useEffect(() => {
    const changed = () => setSelection(fromHash(index, location.hash));
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, [index]);
  const select = (next: Selection) => {
    setSelection(next);
    const hash = toHash(index, next);
    if (hash !== location.hash.slice(1)) history.pushState(null, "", `#${hash}`);
  };
  const { moment, place, item } = selection;
  const choosePlace = (chosen: MapPlace | undefined) => select(chosen ? { moment, place: chosen } : { moment });
  const chooseItem = (chosen: Item) => select({ ...selection, item: chosen });
  return (
    <>
      <a class="skip" href="#table" onClick={(event) => { event.preventDefault(); document.querySelector<HTMLElement>("#table .grid")?.focus(); }}>Skip to the table</a>
      <Header index={index} selection={selection} setMoment={(to) => select({ ...selection, moment: to })} />
      <main>
        <section class="mapview" aria-label="Map">
          <h2>Map</h2>
          <Map index={index} selection={selection} choose={choosePlace} />
        </section>
        <section class="panel" aria-label="Path">
          <div class="bar">
            <h2>{item ? "Path" : place ? "Selection" : "Overview"}</h2>
            {item && place && <button type="button" onClick={() => select({ moment, place })}>← {placeName(index, place)}</button>}
            {(item || place) && <button type="button" onClick={() => select({ moment })}>Overview</button>}
          </div>
          <div class="scroll" tabIndex={0} role="region" aria-label="What is selected" aria-live="polite">
            {item ? (
              <PathView index={index} item={item} moment={moment} choose={chooseItem} />
            ) : place ? (
              <Details index={index} place={place} moment={moment} choose={chooseItem} chooseplace={choosePlace} />
            ) : (
              <Overview index={index} moment={moment} choose={chooseItem} chooseplace={choosePlace} />
            )}
          </div>
        </section>
        <Table index={index} selection={selection} choose={chooseItem} clearPlace={() => select(item ? { moment, item } : { moment })} />
      </main>
    </>
  );
}

interface HeaderProps {
  index: Index;
  selection: Selection;
  setMoment(moment: Moment): void;
}

function Header({ index, selection, setMoment }: HeaderProps) {
  const { report } = index;
  const moments: [Moment, string][] = [["before", "Before"], ["after", "After"]];
  return (
    <header>
      <div>
        <h1>{headline(index)}</h1>
        <p class="quiet">{tally(index)} · {report.lookedAt}</p>
        {report.leftOut > 0 && (
          <p class="notice">{many(report.leftOut, "crossing")} more than a page can hold {report.leftOut === 1 ? "is" : "are"} not shown here, so a place without a crossing may have some: <code>crosspeer reach</code> lists all.</p>
        )}
      </div>
      {report.since && (
        <div class="switch" role="group" aria-label={`Before or after the change that is compared (${report.since})`}>
          {moments.map(([moment, words]) => (
            <button type="button" key={moment} aria-pressed={selection.moment === moment} onClick={() => setMoment(moment)}>{words}</button>
          ))}
        </div>
      )}
    </header>
  );
}

/** The first line of every report; where nothing crosses, whether that is all known. */
function headline(index: Index): string {
  const { report } = index;
  if (report.borders.length === 0) return "No network border in the input";
  const rows = Array.from({ length: index.rows }, (_, row) => row);
  const crosses = rows.some((row) => index.crosses(row, "after"));
  const unsure = !crosses && report.gaps.length + report.problems.length > 0;
  return unsure ? `${report.headline} That is as far as the input tells.` : report.headline;
}

function tally(index: Index): string {
  const { findings, suppressed } = index.report;
  const open = findings.filter((finding) => finding.change !== "closed");
  const counts = (["critical", "high", "medium", "low"] as const).map((severity) => {
    const own = open.filter((finding) => finding.severity === severity);
    const possible = own.filter((finding) => finding.certainty === "possible").length;
    return own.length ? `${number(own.length)} ${severity}${possible ? ` (${number(possible)} only possible)` : ""}` : "";
  });
  const words = counts.filter(Boolean).join(", ") || "no findings";
  const closed = findings.length - open.length;
  return [words, closed ? `${closed} closed` : "", suppressed ? `${suppressed} accepted or ignored` : ""].filter(Boolean).join(" · ");
}
