// A path in fixed lanes: source network, border, far network, and the reply below. The order of the cards is that of the hops, so
// that it reads aloud as it is walked.
import type { Hop, Report } from "./island";
import { Badge, PlaceText, Words } from "./text";

interface Lane {
  title: string;
  name: string;
  className: string;
  hops: { hop: Hop; number: number }[];
}

export interface LaneNames {
  from: string;
  border: string;
  to: string;
}

/** Sorts hops into lanes: the borders and what lies between them is the middle. */
function lanes(hops: Hop[], names: LaneNames): Lane[] {
  const numbered = hops.map((hop, at) => ({ hop, number: at + 1 }));
  const isReply = ({ hop }: { hop: Hop }) => hop.hop.startsWith("return-");
  const there = numbered.filter((one) => !isReply(one));
  const isBorder = ({ hop }: { hop: Hop }) => hop.hop === "border";
  const first = there.findIndex(isBorder);
  const last = there.findLastIndex(isBorder);
  const upTo = first < 0 ? there.length : first;
  return [
    { title: "Source network", name: names.from, className: "source", hops: there.slice(0, upTo) },
    { title: "Border", name: names.border, className: "border", hops: first < 0 ? [] : there.slice(first, last + 1) },
    { title: "Far network", name: names.to, className: "far", hops: first < 0 ? [] : there.slice(last + 1) },
    { title: "The reply", name: "", className: "reply", hops: numbered.filter(isReply) },
  ];
}

export function Hops({ report, path, names }: { report: Report; path: number[]; names: LaneNames }) {
  const hops = path.map((at) => report.hops[at]!);
  return (
    <div class="lanes">
      {lanes(hops, names)
        .filter((lane) => lane.hops.length > 0 || lane.className !== "reply")
        .map((lane) => (
          <section class={`lane ${lane.className}`} key={lane.className} aria-label={`${lane.title} ${lane.name}`}>
            <h4>
              {lane.title} <span class="name">{lane.name}</span>
            </h4>
            <ol start={lane.hops[0]?.number}>
              {lane.hops.map(({ hop, number }) => (
                <Card key={number} report={report} hop={hop} number={number} />
              ))}
            </ol>
            {lane.hops.length === 0 && <p class="quiet">no hop here</p>}
          </section>
        ))}
    </div>
  );
}

const VERDICTS = { reachable: "passes", possible: "possibly passes", blocked: "stops here" };

function Card({ report, hop, number }: { report: Report; hop: Hop; number: number }) {
  return (
    <li class={`card ${hop.verdict}${hop.change ? " changed" : ""}`} value={number}>
      <p class="top">
        <b>{hop.heading}</b> <Badge kind={hop.verdict}>{VERDICTS[hop.verdict]}</Badge>
        {hop.change && <Badge kind="new">{hop.change === "added" ? "+ added by the plan" : "~ changed by the plan"}</Badge>}
        {hop.assumed && <Badge kind="assumed">assumed</Badge>}
      </p>
      <p><Words text={hop.because} /></p>
      {hop.place && (
        <p class="origin">
          <PlaceText place={hop.place} />
        </p>
      )}
      {hop.quote !== undefined && <pre>{hop.quote}</pre>}
      {hop.gaps?.map((gap) => (
        <p class="gap" key={gap}>
          not known: <Words text={report.gaps[gap]!.what} />
        </p>
      ))}
    </li>
  );
}
