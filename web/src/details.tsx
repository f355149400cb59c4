// What is said of a place of the map, and of the whole where nothing is selected.
import type { Index, Moment } from "./index";
import { rowsOf } from "./map/light";
import { FindingList, MOST_LISTED } from "./path";
import { type Item, type MapPlace, placeName } from "./selection";
import { Badge, PlaceText, Words, many } from "./text";

interface Props {
  index: Index;
  moment: Moment;
  choose(item: Item): void;
  chooseplace(place: MapPlace): void;
}

export function Details({ index, place, moment, choose }: Props & { place: MapPlace }) {
  const rows = rowsOf(index, place);
  const crossing = rows.filter((row) => index.crosses(row, moment));
  return (
    <article>
      <p class="badges"><Badge kind="kind">{kindWords(index, place)}</Badge></p>
      <h3>{placeName(index, place)}</h3>
      <Facts index={index} place={place} />
      <Findings index={index} place={place} moment={moment} choose={choose} />
      <Crossings index={index} rows={crossing} place={place} choose={choose} moment={moment} />
    </article>
  );
}

function kindWords(index: Index, place: MapPlace): string {
  const { report } = index;
  if (place.kind === "workload") return report.workloads[place.at]!.kind;
  if (place.kind === "resource") return report.resources[place.at]!.kind;
  if (place.kind === "border") return report.borders[place.at]!.kind;
  return place.kind;
}

function Facts({ index, place }: { index: Index; place: MapPlace }) {
  const { report } = index;
  const facts: [string, string][] = [];
  if (place.kind === "network") {
    const network = report.networks[place.at]!;
    facts.push(["addresses", network.blocks.join(", ") || "not known"], ["owner", network.owner ?? "not known"]);
    if (!network.known) facts.push(["in the input", "no: it is only named by a border, so what happens inside is not known"]);
  } else if (place.kind === "cluster") {
    const cluster = report.clusters[place.at]!;
    facts.push(["policies enforced", `${cluster.enforced} (${cluster.engine})`]);
  } else if (place.kind === "border") {
    const border = report.borders[place.at]!;
    facts.push(["joins", border.networks.map((at) => report.networks[at]!.name).join(" ⇄ ")], ["state", border.state]);
    if (border.change) facts.push(["change", `${border.change} by the plan`]);
  } else if (place.kind === "workload") {
    const network = report.workloads[place.at]!.network;
    facts.push(["network", network === undefined ? "none in the input" : report.networks[network]!.name]);
  }
  const declared = place.kind === "workload" ? report.workloads[place.at]!.place : place.kind === "resource" ? report.resources[place.at]!.place : place.kind === "border" ? report.borders[place.at]!.place : undefined;
  return (
    <dl class="facts">
      {facts.filter(([, value]) => value !== "").map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      {declared && (
        <div>
          <dt>declared</dt>
          <dd><PlaceText place={declared} /></dd>
        </div>
      )}
    </dl>
  );
}

/** The findings about a place and what stands in it. */
export function findingsOf(index: Index, place: MapPlace, moment: Moment): number[] {
  const { report } = index;
  const workloads = (belongs: (at: number) => boolean) => report.workloads.flatMap((_, at) => (belongs(at) ? [...index.findingsOfWorkload.get(at)] : []));
  const namespaces = (belongs: (at: number) => boolean) => report.namespaces.flatMap((_, at) => (belongs(at) ? [...index.findingsOfNamespace.get(at)] : []));
  const namespaceOf = (at: number) => report.workloads[at]!.namespace;
  const found = {
    workload: () => [...index.findingsOfWorkload.get(place.at), ...index.findingsOfNamespace.get(report.workloads[place.at]!.namespace)],
    namespace: () => [...workloads((at) => namespaceOf(at) === place.at), ...index.findingsOfNamespace.get(place.at)],
    cluster: () => [
      ...workloads((at) => report.namespaces[namespaceOf(at)]!.cluster === place.at),
      ...namespaces((at) => report.namespaces[at]!.cluster === place.at),
    ],
    network: () => workloads((at) => report.workloads[at]!.network === place.at),
    border: () => [...index.findingsOfBorder.get(place.at)],
    resource: () => report.findings.flatMap((finding, at) => (finding.passages.some((one) => one.far === report.resources[place.at]!.name) ? [at] : [])),
  }[place.kind]();
  return [...new Set(found)].filter((at) => isShown(index, at, moment)).sort((a, b) => a - b);
}

/** What the change closed is told beside what holds after it; what it opens was not there before. */
export const isShown = (index: Index, finding: number, moment: Moment) => moment === "after" || index.holds(finding, moment);

function Findings({ index, place, moment, choose }: { index: Index; place: MapPlace; moment: Moment; choose(item: Item): void }) {
  const findings = findingsOf(index, place, moment);
  return (
    <section aria-label="Findings">
      <h4>{findings.length === 0 ? "No finding" : many(findings.length, "finding")}</h4>
      <FindingList index={index} findings={findings} choose={choose} />
      {findings.length > MOST_LISTED && <p class="quiet">and {findings.length - MOST_LISTED} more in the table</p>}
    </section>
  );
}

function Crossings({ index, rows, place, moment, choose }: { index: Index; rows: number[]; place: MapPlace; moment: Moment; choose(item: Item): void }) {
  const { workload, inward } = index.report.crossings;
  const sends = (row: number) => {
    const far = index.far(row, moment);
    const isFar = place.kind === "workload" ? far.workload === place.at && workload[row] !== place.at : place.kind === "resource";
    return isFar === Boolean(inward[row]);
  };
  const split = place.kind === "workload" || place.kind === "resource";
  const lists: [string, number[]][] = split
    ? [["Reaches", rows.filter(sends)], ["Is reached by", rows.filter((row) => !sends(row))]]
    : [["Crossings", rows]];
  return (
    <>
      {lists.map(([title, own]) => (
        <section key={title} aria-label={title}>
          <h4>{title}</h4>
          {own.length === 0 && <p class="quiet">{noneWords(index, moment)}</p>}
          <ul class="rows">
            {own.slice(0, MOST_LISTED).map((row) => (
              <li key={row}>
                <button type="button" class="link" onClick={() => choose({ kind: "crossing", at: row })}>
                  <RowWords index={index} row={row} moment={moment} />
                </button>
              </li>
            ))}
          </ul>
          {own.length > MOST_LISTED && <p class="quiet">and {own.length - MOST_LISTED} more in the table</p>}
        </section>
      ))}
    </>
  );
}

/** Where nothing stands nothing was found; that is less than that nothing passes. */
function noneWords(index: Index, moment: Moment): string {
  const when = index.report.since ? ` ${moment} the change` : "";
  if (index.report.leftOut > 0) return "None in this page, which leaves crossings out.";
  return `Nothing across a border was found${when}.`;
}

function RowWords({ index, row, moment }: { index: Index; row: number; moment: Moment }) {
  const { report } = index;
  const { workload, inward } = report.crossings;
  const [near, far] = [report.workloads[workload[row]!]!.title, index.far(row, moment).name];
  const at = index.at(moment);
  return (
    <>
      <b>{inward[row] ? far : near}</b> → <b>{inward[row] ? near : far}</b>
      <span class="quiet"> {report.ports[at.ports[row]!]?.words} · {at.possible[row] ? "possible" : "certain"}{report.since && index.state(row) === "opened" ? " · new" : ""}</span>
    </>
  );
}

export function Overview({ index, moment, choose, chooseplace }: Props) {
  const { report } = index;
  const findings = report.findings.map((_, at) => at).filter((at) => isShown(index, at, moment));
  return (
    <article class="overview">
      <h3>{report.borders.length === 0 ? "No border in the input" : "Who crosses which border"}</h3>
      <ul class="rows">
        {report.borders.map((border, at) => {
          const rows = index.rowsOfBorder.get(at);
          const { all, certain } = index.count(rows, moment);
          return (
            <li key={at}>
              <button type="button" class="link" onClick={() => chooseplace({ kind: "border", at })}>
                <b>{border.name}</b> {border.change === "added" && <Badge kind="new">+ new</Badge>}
                <span class="quiet"> {border.kind} · {all === 0 ? "no crossing found" : `${certain} certain, ${all - certain} possible crossings`}</span>
              </button>
            </li>
          );
        })}
      </ul>
      <h4>Worst first</h4>
      <FindingList index={index} findings={findings.slice(0, 8)} choose={choose} />
      {findings.length === 0 && <p>No finding{report.suppressed ? ` (${report.suppressed} accepted or ignored)` : ""}.</p>}
      <Unknown index={index} />
      <details>
        <summary>What was read: {many(report.inputs.length, "input")}, {report.lookedAt}</summary>
        <ul>
          {report.inputs.slice(0, 200).map((input) => (
            <li key={input.path}>{input.path} <span class="quiet">{input.kind}, {many(input.resources, "object")}</span></li>
          ))}
        </ul>
        {report.inputs.length > 200 && <p class="quiet">and {report.inputs.length - 200} more</p>}
        {report.exempt.length > 0 && <p class="quiet">left out by the rules about namespaces: {report.exempt.join(", ")}</p>}
      </details>
    </article>
  );
}

function Unknown({ index }: { index: Index }) {
  const { gaps, problems } = index.report;
  return (
    <>
      {problems.length > 0 && (
        <section class="notice" aria-label="What could not be read">
          <h4>{many(problems.length, "part")} of the input could not be read</h4>
          <ul>
            {problems.slice(0, MOST_LISTED).map((problem, at) => (
              <li key={at}><PlaceText place={problem.place} />: <Words text={problem.message} /></li>
            ))}
          </ul>
        </section>
      )}
      {gaps.length > 0 && (
        <details>
          <summary>{many(gaps.length, "thing")} not known; what depends on them is called possible</summary>
          <ul>
            {gaps.slice(0, 200).map((gap, at) => (
              <li key={at}><Words text={gap.what} /> {gap.place && <PlaceText place={gap.place} />}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
