// What is selected: a place of the map, and a finding or a crossing. Written behind the `#` of the address by names, so that a
// link holds from report to report.
import type { Index, Moment } from "./index";

export type PlaceKind = "network" | "cluster" | "namespace" | "workload" | "resource" | "border";

export interface MapPlace {
  kind: PlaceKind;
  at: number;
}

export type Item = { kind: "finding"; at: number } | { kind: "crossing"; at: number };

export interface Selection {
  place?: MapPlace;
  item?: Item;
  moment: Moment;
}

const KINDS: PlaceKind[] = ["network", "cluster", "namespace", "workload", "resource", "border"];

/** The name of a place, unique among places of its kind. */
export function placeName(index: Index, place: MapPlace): string {
  const report = index.report;
  switch (place.kind) {
    case "network":
      return report.networks[place.at]!.name;
    case "cluster":
      return report.clusters[place.at]!.name;
    case "namespace":
      return namespaceTitle(index, place.at);
    case "workload":
      return `${report.workloads[place.at]!.title}[${report.workloads[place.at]!.kind}]`;
    case "resource":
      return report.resources[place.at]!.name;
    case "border":
      return report.borders[place.at]!.name;
  }
}

/** `shop`, with the cluster in front where there are several. */
export function namespaceTitle(index: Index, at: number): string {
  const { clusters, namespaces } = index.report;
  const { cluster, name } = namespaces[at]!;
  return clusters.length > 1 ? `${clusters[cluster]!.name}:${name}` : name;
}

function placesOf(index: Index, kind: PlaceKind): number {
  const { networks, clusters, namespaces, workloads, resources, borders } = index.report;
  const lists = { network: networks, cluster: clusters, namespace: namespaces, workload: workloads, resource: resources };
  return kind === "border" ? borders.length : lists[kind].length;
}

function find(index: Index, kind: PlaceKind, name: string): MapPlace | undefined {
  for (let at = 0; at < placesOf(index, kind); at++) {
    if (placeName(index, { kind, at }) === name) return { kind, at };
  }
  return undefined;
}

export function toHash(index: Index, selection: Selection): string {
  const words = new URLSearchParams();
  if (selection.place) words.set(selection.place.kind, placeName(index, selection.place));
  if (selection.item?.kind === "finding") {
    words.set("finding", index.report.findings[selection.item.at]!.fingerprint);
  } else if (selection.item) {
    words.set("crossing", index.key(selection.item.at));
  }
  if (selection.moment === "before") words.set("moment", "before");
  return words.toString();
}

/** What a hash selects; what it names and the report does not hold is left out. */
export function fromHash(index: Index, hash: string): Selection {
  const words = new URLSearchParams(hash.replace(/^#/, ""));
  const selection: Selection = { moment: words.get("moment") === "before" && index.report.since ? "before" : "after" };
  for (const kind of KINDS) {
    const name = words.get(kind);
    const place = name === null ? undefined : find(index, kind, name);
    if (place) selection.place = place;
  }
  const finding = index.findingOf(words.get("finding") ?? "");
  const row = index.rowOf(words.get("crossing") ?? "");
  if (finding !== undefined) selection.item = { kind: "finding", at: finding };
  else if (row !== undefined) selection.item = { kind: "crossing", at: row };
  return selection;
}
