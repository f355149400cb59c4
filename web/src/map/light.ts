// What lights up on the map for a selection.
import type { Index, Moment } from "../index";
import type { MapPlace, Selection } from "../selection";

export type Glow = "own" | "reaches" | "reached" | "both";

const key = (kind: MapPlace["kind"], at: number) => `${kind} ${at}`;

export class Light {
  private glows = new Map<string, Glow>();

  add(kind: MapPlace["kind"], at: number, glow: Glow) {
    const old = this.glows.get(key(kind, at));
    if (old === "own" || old === glow) return;
    this.glows.set(key(kind, at), old && glow !== "own" ? "both" : glow);
  }
  of(place: MapPlace): Glow | undefined {
    return this.glows.get(key(place.kind, place.at));
  }
  get on(): boolean {
    return this.glows.size > 0;
  }
}

/** The rows that a place takes part in. */
export function rowsOf(index: Index, place: MapPlace): readonly number[] {
  const { report } = index;
  const members = (belongs: (at: number) => boolean) => {
    const rows = new Set<number>();
    report.workloads.forEach((_, at) => {
      if (belongs(at)) index.rowsOfWorkload.get(at).forEach((row) => rows.add(row));
    });
    return [...rows].sort((a, b) => a - b);
  };
  switch (place.kind) {
    case "workload":
      return index.rowsOfWorkload.get(place.at);
    case "resource":
      return index.rowsOfResource.get(place.at);
    case "border":
      return index.rowsOfBorder.get(place.at);
    case "network":
      return [...new Set(index.rowsOfNetwork.get(place.at))].sort((a, b) => a - b);
    case "namespace":
      return members((at) => report.workloads[at]!.namespace === place.at);
    case "cluster":
      return members((at) => report.namespaces[report.workloads[at]!.namespace]!.cluster === place.at);
  }
}

/** Sender and receiver of a row light up, with the borders between them. */
export function light(index: Index, selection: Selection): Light {
  const out = new Light();
  const { place, item, moment } = selection;
  if (item?.kind === "crossing") {
    out.add("workload", index.report.crossings.workload[item.at]!, "own");
    lightRow(index, item.at, moment, out, true);
  } else if (item) {
    const finding = index.report.findings[item.at]!;
    finding.members.forEach((member) => out.add("workload", member, "own"));
    if (finding.namespace >= 0) out.add("namespace", finding.namespace, "own");
    for (const passage of finding.passages) {
      const row = index.rowOfPassage(finding, passage);
      if (row !== undefined) lightRow(index, row, moment, out, true);
    }
  } else if (place) {
    out.add(place.kind, place.at, "own");
    for (const row of rowsOf(index, place)) {
      if (index.crosses(row, moment)) lightRow(index, row, moment, out, false);
    }
  }
  return out;
}

function lightRow(index: Index, row: number, moment: Moment, out: Light, always: boolean) {
  if (!always && !index.crosses(row, moment)) return;
  const { workload, inward, borders } = index.report.crossings;
  const far = index.far(row, moment);
  const [near, other]: [Glow, Glow] = inward[row] ? ["reached", "reaches"] : ["reaches", "reached"];
  out.add("workload", workload[row]!, near);
  if (far.workload !== undefined) out.add("workload", far.workload, other);
  else if (far.resource !== undefined) out.add("resource", far.resource, other);
  else far.networks.forEach((network) => out.add("network", network, other));
  (index.report.ways[borders[row]!] ?? []).forEach((border) => out.add("border", border, "both"));
}
