// What is looked up in a report, made once: who crosses what, and how bad it is.
import type { Finding, Moments, Party, Report, Severity } from "./island";

export type Moment = "after" | "before";
export type ChangeState = "opened" | "closed" | "changed" | "same";

const RANK: Record<Severity, number> = { low: 1, medium: 2, high: 3, critical: 4 };

export const worse = (one: Severity | undefined, other: Severity): Severity =>
  one && RANK[one] >= RANK[other] ? one : other;

/** A list for each number, made on demand. */
class Lists {
  private lists = new Map<number, number[]>();
  add(at: number, value: number) {
    const list = this.lists.get(at);
    if (!list) this.lists.set(at, [value]);
    else if (list[list.length - 1] !== value) list.push(value);
  }
  get(at: number): readonly number[] {
    return this.lists.get(at) ?? [];
  }
}

/** What is known of the severity of a thing: the worst of its findings, and whether any of that severity is certain. */
export interface Alarm {
  severity: Severity;
  certain: boolean;
}

export class Index {
  readonly rowsOfWorkload = new Lists();
  readonly rowsOfResource = new Lists();
  readonly rowsOfBorder = new Lists();
  readonly rowsOfNetwork = new Lists();
  readonly findingsOfWorkload = new Lists();
  readonly findingsOfBorder = new Lists();
  readonly findingsOfNamespace = new Lists();
  private alarms = { after: new Map<string, Alarm>(), before: new Map<string, Alarm>() };
  readonly rows: number;
  private rowByKey = new Map<string, number>();
  private findingByFingerprint = new Map<string, number>();

  constructor(readonly report: Report) {
    this.rows = report.crossings.workload.length;
    for (let row = 0; row < this.rows; row++) this.enterRow(row);
    report.findings.forEach((finding, at) => this.enterFinding(finding, at));
  }

  private enterRow(row: number) {
    const { workload, borders, inward } = this.report.crossings;
    const near = workload[row]!;
    this.rowsOfWorkload.add(near, row);
    const far = this.far(row);
    if (far.workload !== undefined) this.rowsOfWorkload.add(far.workload, row);
    if (far.resource !== undefined) this.rowsOfResource.add(far.resource, row);
    const own = this.report.workloads[near]?.network;
    if (own !== undefined) this.rowsOfNetwork.add(own, row);
    for (const network of far.networks) this.rowsOfNetwork.add(network, row);
    for (const border of this.report.ways[borders[row]!] ?? []) this.rowsOfBorder.add(border, row);
    const key = this.key(row);
    if (!this.rowByKey.has(key)) this.rowByKey.set(key, row);
    for (const moment of ["after", "before"] as const) {
      const name = this.far(row, moment).name;
      const passage = `${near} ${name} ${borders[row]}`;
      if (!this.rowByKey.has(passage) || !inward[row]) this.rowByKey.set(passage, row);
    }
  }

  private enterFinding(finding: Finding, at: number) {
    this.findingByFingerprint.set(finding.fingerprint, at);
    const borders = this.report.ways[finding.way] ?? [];
    for (const border of borders) this.findingsOfBorder.add(border, at);
    for (const member of finding.members) this.findingsOfWorkload.add(member, at);
    if (finding.namespace >= 0) this.findingsOfNamespace.add(finding.namespace, at);
    const alarm = { severity: finding.severity, certain: finding.certainty === "certain" };
    for (const moment of ["after", "before"] as const) {
      if (!this.holds(at, moment)) continue;
      const alarms = this.alarms[moment];
      for (const border of borders) raise(alarms, `border ${border}`, alarm);
      for (const member of finding.members) raise(alarms, `workload ${member}`, alarm);
      if (finding.namespace >= 0) raise(alarms, `namespace ${finding.namespace}`, alarm);
    }
  }

  /** Whether a finding holds at a moment. */
  holds(finding: number, moment: Moment): boolean {
    return this.report.findings[finding]!.change !== (moment === "after" ? "closed" : "new");
  }

  /** The worst that is found of a thing at a moment. */
  alarm(kind: string, at: number, moment: Moment): Alarm | undefined {
    return this.alarms[moment].get(`${kind} ${at}`);
  }

  /** Names a row from report to report. */
  key(row: number): string {
    const { workload, borders, inward, entry } = this.report.crossings;
    const near = this.report.workloads[workload[row]!]!;
    const way = (this.report.ways[borders[row]!] ?? []).map((border) => this.report.borders[border]!.name);
    const through = entry[row]! < 0 ? [] : ["through", this.report.entries[entry[row]!]!];
    return [`${near.title}[${near.kind}]`, inward[row] ? "from" : "to", this.far(row).name, "over", way.join("+"), ...through].join(" ");
  }

  rowOf(key: string): number | undefined {
    return this.rowByKey.get(key);
  }

  /** The crossing that a passage of a finding stands for. */
  rowOfPassage(finding: Finding, passage: { workload: number; far: string }): number | undefined {
    return this.rowByKey.get(`${passage.workload} ${passage.far} ${finding.way}`);
  }

  findingOf(fingerprint: string): number | undefined {
    return this.findingByFingerprint.get(fingerprint);
  }

  at(moment: Moment): Moments {
    return this.report.crossings[moment];
  }

  /** The far side of a row at a moment, else at the other. */
  far(row: number, moment: Moment = "after"): Party {
    const { after, before } = this.report.crossings;
    const [first, second] = moment === "after" ? [after, before] : [before, after];
    const at = first.party[row]! < 0 ? second.party[row]! : first.party[row]!;
    return this.report.parties[at]!;
  }

  /** Whether a row crosses at a moment. */
  crosses(row: number, moment: Moment): boolean {
    return this.at(moment).ports[row]! >= 0;
  }

  state(row: number): ChangeState {
    const { after, before } = this.report.crossings;
    if (before.ports[row] === -1) return "opened";
    if (after.ports[row] === -1) return "closed";
    const same = (["party", "ports", "possible"] as const).every((column) => before[column][row] === after[column][row]);
    return same ? "same" : "changed";
  }

  /** Rows that cross at a moment, and how many of them surely. */
  count(rows: readonly number[], moment: Moment): { all: number; certain: number } {
    const at = this.at(moment);
    const all = rows.filter((row) => at.ports[row]! >= 0);
    return { all: all.length, certain: all.filter((row) => !at.possible[row]).length };
  }
}

function raise(alarms: Map<string, Alarm>, at: string, alarm: Alarm) {
  const old = alarms.get(at);
  const surer = old?.severity === alarm.severity && !old.certain && alarm.certain;
  if (!old || surer || worse(old.severity, alarm.severity) !== old.severity) alarms.set(at, alarm);
}
