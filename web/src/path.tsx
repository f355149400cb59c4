// The path view: the finding or the crossing that is selected, hop by hop.
import type { Index, Moment } from "./index";
import type { Finding, Report } from "./island";
import { Hops, type LaneNames } from "./hops";
import type { Item } from "./selection";
import { Badge, PlaceText, Words, many } from "./text";

interface Props {
  index: Index;
  item: Item;
  moment: Moment;
  choose(item: Item): void;
}

export function PathView({ index, item, moment, choose }: Props) {
  if (item.kind === "finding") return <FindingView index={index} at={item.at} moment={moment} choose={choose} />;
  return <CrossingView index={index} row={item.at} moment={moment} choose={choose} />;
}

const since = (report: Report) => report.since ?? "here";

function FindingView({ index, at, moment, choose }: { index: Index; at: number; moment: Moment; choose(item: Item): void }) {
  const { report } = index;
  const finding = report.findings[at]!;
  const rule = report.rules.find((rule) => rule.rule === finding.rule);
  const gone = moment === "after" ? finding.change === "closed" : finding.change === "new";
  const stopped = gone ? stoppedPath(index, finding, moment) : -1;
  const path = stopped >= 0 ? stopped : finding.path;
  return (
    <article class="finding">
      <p class="badges">
        <Badge kind={finding.severity}>{finding.severity}</Badge>
        <Badge kind={finding.certainty}>{finding.certainty}</Badge>
        {finding.change === "new" && <Badge kind="new">{finding.news ?? `new ${since(report)}`}</Badge>}
        {finding.change === "closed" && <Badge kind="closed">closed {since(report)}</Badge>}
      </p>
      <h3><span class="rule">{finding.rule}</span> <Words text={finding.message} /></h3>
      <p class="origin"><PlaceText place={finding.place} /></p>
      {finding.quote !== undefined && <pre>{finding.quote}</pre>}
      {gone && <p class="notice">{stopped >= 0 ? stoppedWords(moment) : goneWords(finding, moment)}</p>}
      <Gaps report={report} gaps={finding.gaps} />
      {path >= 0 && <Hops report={report} path={report.paths[path]!} names={namesOfFinding(index, finding)} />}
      <Passages index={index} finding={finding} choose={choose} />
      <section class="remedy" aria-label="What closes it">
        <h4>What to do</h4>
        <p><Words text={finding.remedy} /></p>
        {finding.paste && (
          <details>
            <summary>An example to start from; check it against what must keep working</summary>
            <pre tabIndex={0}>{finding.paste}</pre>
          </details>
        )}
      </section>
      {rule && (
        <details>
          <summary>About {rule.rule}: {rule.title}</summary>
          <p class="why"><Words text={rule.why} /></p>
        </details>
      )}
      {finding.related.map((one, key) => (
        <p class="related" key={key}>
          <Words text={one.what} /> <PlaceText place={one.place} />
        </p>
      ))}
    </article>
  );
}

/** The path up to the hop that stops the first crossing of a finding at a moment; -1 where none is known. */
function stoppedPath(index: Index, finding: Finding, moment: Moment): number {
  const row = finding.passages[0] && index.rowOfPassage(finding, finding.passages[0]);
  if (row === undefined || index.crosses(row, moment)) return -1;
  return index.at(moment).path[row]!;
}

const stoppedWords = (moment: Moment) =>
  `Nothing passed ${moment === "before" ? "before" : "after"} the change: the last hop below stops it.`;

function goneWords(finding: Finding, moment: Moment): string {
  if (moment === "after") return "Gone after the change: the path below is how it was before.";
  return finding.path >= 0
    ? "Not found before the change: the path below is how it is after it. Hops marked + or ~ come with the change."
    : "Not found before the change.";
}

function Passages({ index, finding, choose }: { index: Index; finding: Finding; choose(item: Item): void }) {
  const { report } = index;
  if (finding.passages.length === 0) return null;
  return (
    <section aria-label="Everything that this finding stands for">
      <h4>{many(finding.passages.length, "crossing")} behind it</h4>
      <ul class="rows">
        {finding.passages.slice(0, MOST_LISTED).map((passage, at) => {
          const row = index.rowOfPassage(finding, passage);
          const words = (
            <>
              <b>{report.workloads[passage.workload]?.title}</b> {row !== undefined && report.crossings.inward[row] ? "←" : "→"} {passage.far}
              <span class="quiet"> {report.ports[passage.ports]?.words} · {passage.certainty}</span>
            </>
          );
          return (
            <li key={at}>
              {row === undefined ? words : <button type="button" class="link" onClick={() => choose({ kind: "crossing", at: row })}>{words}</button>}
            </li>
          );
        })}
      </ul>
      {finding.passages.length > MOST_LISTED && <p class="quiet">and {finding.passages.length - MOST_LISTED} more in the table</p>}
    </section>
  );
}

/** How many rows a list shows; the table shows them all. */
export const MOST_LISTED = 50;

function CrossingView({ index, row, moment, choose }: { index: Index; row: number; moment: Moment; choose(item: Item): void }) {
  const { report } = index;
  const { workload, inward, entry } = report.crossings;
  const near = report.workloads[workload[row]!]!;
  const far = index.far(row, moment);
  const [from, to] = inward[row] ? [far.name, near.title] : [near.title, far.name];
  const other: Moment = moment === "after" ? "before" : "after";
  const shown = index.crosses(row, moment) ? moment : other;
  const at = index.at(shown);
  const stopped = shown === moment ? -1 : index.at(moment).path[row]!;
  const path = stopped >= 0 ? stopped : at.path[row]!;
  const findings = index.findingsOfWorkload.get(workload[row]!).filter((one) => {
    const finding = report.findings[one]!;
    return finding.passages.some((passage) => index.rowOfPassage(finding, passage) === row);
  });
  return (
    <article class="crossing">
      <p class="badges">
        <Badge kind={at.possible[row] ? "possible" : "certain"}>{at.possible[row] ? "possible" : "certain"}</Badge>
        {report.since && <Badge kind={index.state(row) === "opened" ? "new" : "closed"}>{STATES[index.state(row)]}</Badge>}
      </p>
      <h3>{from} → {to}</h3>
      <p>
        {report.ports[at.ports[row]!]?.words}
        {entry[row]! >= 0 && ` · through ${report.entries[entry[row]!]}`}
      </p>
      {shown !== moment && <p class="notice">{stopped >= 0 ? stoppedWords(moment) : missingWords(moment)}</p>}
      {path >= 0 && <Hops report={report} path={report.paths[path]!} names={namesOfRow(index, row)} />}
      {findings.length > 0 && (
        <section aria-label="Findings about it">
          <h4>Findings about it</h4>
          <FindingList index={index} findings={findings} choose={choose} />
        </section>
      )}
      {findings.length === 0 && <p class="quiet">No finding of this report is about it{report.suppressed > 0 && ` (${report.suppressed} are accepted or ignored)`}.</p>}
    </article>
  );
}

const STATES = { opened: "opened by the change", closed: "closed by the change", changed: "changed", same: "as before" };

const missingWords = (moment: Moment) =>
  moment === "before"
    ? "No crossing was found before the change. The path below is how it is after it; hops marked + or ~ come with the change."
    : "No crossing is found after the change. The path below is how it was before.";

export function FindingList({ index, findings, choose }: { index: Index; findings: readonly number[]; choose(item: Item): void }) {
  return (
    <ul class="rows">
      {findings.slice(0, MOST_LISTED).map((at) => {
        const finding = index.report.findings[at]!;
        return (
          <li key={at}>
            <button type="button" class="link" onClick={() => choose({ kind: "finding", at })}>
              <Badge kind={finding.severity}>{finding.severity}{finding.certainty === "possible" ? ", possible" : ""}</Badge>
              {finding.change !== "old" && <Badge kind={finding.change}>{finding.change}</Badge>} {finding.rule} <Words text={finding.message} />
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function Gaps({ report, gaps }: { report: Report; gaps: number[] }) {
  if (gaps.length === 0) return null;
  return (
    <section class="notice" aria-label="What would decide it">
      <h4>Not known, and it would decide</h4>
      <ul>
        {gaps.map((gap) => (
          <li key={gap}>
            <Words text={report.gaps[gap]!.what} /> {report.gaps[gap]!.place && <PlaceText place={report.gaps[gap]!.place!} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function namesOfFinding(index: Index, finding: Finding): LaneNames {
  for (const passage of finding.passages) {
    const row = index.rowOfPassage(finding, passage);
    if (row !== undefined) return namesOfRow(index, row);
  }
  return { from: "", border: wayName(index.report, finding.way), to: "" };
}

function namesOfRow(index: Index, row: number): LaneNames {
  const { report } = index;
  const { workload, inward, borders } = report.crossings;
  const near = report.workloads[workload[row]!]!;
  const own = near.network === undefined ? "" : report.networks[near.network]!.name;
  const far = index.far(row).networks.map((network) => report.networks[network]!.name).join(", ");
  const border = wayName(report, borders[row]!);
  return inward[row] ? { from: far, border, to: own } : { from: own, border, to: far };
}

export const wayName = (report: Report, way: number) => (report.ways[way] ?? []).map((border) => report.borders[border]!.name).join(", ");
