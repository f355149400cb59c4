// The report's data, as `src/report/html` writes them: one JSON island. Numbers that name a thing are its place in its list.

export type Severity = "critical" | "high" | "medium" | "low";
export type Certainty = "certain" | "possible";
export type Change = "added" | "updated";

export interface Place {
  file: string;
  /** 0 where only the file is known. */
  line: number;
}

export interface Network {
  name: string;
  owner?: string;
  /** False for one that is only named by a border. */
  known: boolean;
  blocks: string[];
  column: number;
  row: number;
}

export interface Cluster {
  name: string;
  engine: string;
  enforced: string;
}

export interface Namespace {
  cluster: number;
  name: string;
}

export interface Workload {
  /** As for a person: `namespace/name`, with the cluster in front where there are several. */
  title: string;
  name: string;
  kind: string;
  namespace: number;
  network?: number;
  place?: Place;
}

export interface Resource {
  name: string;
  kind: string;
  network?: number;
  place?: Place;
}

export interface Border {
  name: string;
  kind: string;
  state: string;
  networks: number[];
  change?: Change;
  place?: Place;
}

export interface Hop {
  hop: string;
  heading: string;
  verdict: "reachable" | "possible" | "blocked";
  because: string;
  place?: Place;
  address?: string;
  change?: Change;
  assumed?: boolean;
  gaps?: number[];
  /** The line of the file, where it may be quoted. */
  quote?: string;
}

export type Ranges = Record<string, ([number, number] | string)[]>;

export interface Ports {
  words: string;
  traffic: Ranges;
}

/** The far side of a crossing: a workload, a resource, or addresses. */
export interface Party {
  name: string;
  workload?: number;
  resource?: number;
  networks: number[];
  /** Addresses as inclusive ranges `a-b`; empty for what is no set of addresses. */
  ranges: string[];
}

/** One list for each column; a row is a workload, a direction and a far side. -1 stands for none. */
export interface Crossings {
  workload: number[];
  /** 1 where the far side opens the connection. */
  inward: number[];
  borders: number[];
  /** The entry point that it goes through. */
  entry: number[];
  after: Moments;
  before: Moments;
}

/** What crosses at one moment; `ports` -1 where nothing does, and then `path` ends with the hop that stops it, where it is known. */
export interface Moments {
  party: number[];
  ports: number[];
  /** 1 where it is only possible. */
  possible: number[];
  path: number[];
}

export interface Passage {
  workload: number;
  far: string;
  certainty: Certainty;
  ports: number;
}

export interface Finding {
  rule: string;
  severity: Severity;
  certainty: Certainty;
  message: string;
  subject: string;
  members: number[];
  /** The namespace that it is about; -1 where it is about something else. */
  namespace: number;
  /** The borders that are crossed; -1 where none is. */
  way: number;
  place: Place;
  quote?: string;
  passages: Passage[];
  path: number;
  gaps: number[];
  fingerprint: string;
  change: "new" | "old" | "closed";
  news?: string;
  remedy: string;
  paste: string;
  related: { what: string; place: Place }[];
}

export interface Report {
  schema: string;
  version: string;
  /** As in `in this plan`; absent where nothing was compared. */
  since?: string;
  lookedAt: string;
  /** What opens, for how many: the first line of every report. */
  headline: string;
  suppressed: number;
  skipped: number;
  exempt: string[];
  inputs: { path: string; kind: string; resources: number }[];
  problems: { place: Place; message: string }[];
  gaps: { kind: string; what: string; place?: Place }[];
  rules: { rule: string; title: string; why: string }[];
  networks: Network[];
  clusters: Cluster[];
  namespaces: Namespace[];
  workloads: Workload[];
  resources: Resource[];
  borders: Border[];
  hops: Hop[];
  paths: number[][];
  ports: Ports[];
  parties: Party[];
  /** Sets of borders that are crossed together. */
  ways: number[][];
  entries: string[];
  crossings: Crossings;
  /** How many crossings are left out because there are too many for a page. */
  leftOut: number;
  findings: Finding[];
}

export function read(): Report {
  const island = document.getElementById("data")?.textContent ?? "";
  return JSON.parse(island) as Report;
}
