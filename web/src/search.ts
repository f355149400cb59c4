// Search by name, address and port: every word typed must fit something of a row.
import MiniSearch from "minisearch";
import { holds, holdsPort, parseAddress } from "./addresses";
import type { Index } from "./index";

const tokens = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

type Sort = "workload" | "party" | "border" | "finding";

interface Named {
  id: string;
  text: string;
}

/** What one typed word fits. */
interface Fit {
  workloads: Set<number>;
  parties: Set<number>;
  borders: Set<number>;
  ports: Set<number>;
  findings: Set<number>;
}

export class Search {
  private names = new MiniSearch<Named>({
    fields: ["text"],
    tokenize: tokens,
    processTerm: (term) => term,
    searchOptions: { prefix: true, combineWith: "AND" },
  });

  constructor(private index: Index) {
    const { report } = index;
    const named = <T>(sort: Sort, list: T[], text: (one: T) => string): Named[] =>
      list.map((one, at) => ({ id: `${sort} ${at}`, text: text(one) }));
    this.names.addAll([
      ...named("workload", report.workloads, (one) => `${one.title} ${one.kind}`),
      ...named("party", report.parties, (one) => one.name),
      ...named("border", report.borders, (one) => `${one.name} ${one.kind}`),
      ...named("finding", report.findings, (one) => `${one.rule} ${one.severity} ${one.subject} ${one.message}`),
    ]);
  }

  /** Which rows and findings a query fits; undefined where it is empty. */
  run(query: string): { crossing(row: number): boolean; finding(at: number): boolean } | undefined {
    const words = query.trim().split(/\s+/).filter(Boolean);
    if (words.length === 0) return undefined;
    const fits = words.map((word) => this.fit(word));
    const { crossings, ways } = this.index.report;
    return {
      crossing: (row) =>
        fits.every(
          (fit) =>
            fit.workloads.has(crossings.workload[row]!) ||
            fit.parties.has(crossings.after.party[row]!) ||
            fit.parties.has(crossings.before.party[row]!) ||
            fit.ports.has(crossings.after.ports[row]!) ||
            fit.ports.has(crossings.before.ports[row]!) ||
            (ways[crossings.borders[row]!] ?? []).some((border) => fit.borders.has(border)),
        ),
      finding: (at) => fits.every((fit) => fit.findings.has(at)),
    };
  }

  private fit(word: string): Fit {
    const fit: Fit = { workloads: new Set(), parties: new Set(), borders: new Set(), ports: new Set(), findings: new Set() };
    for (const { id } of this.names.search(word)) {
      const [sort, at] = (id as string).split(" ") as [Sort, string];
      const sets = { workload: fit.workloads, party: fit.parties, border: fit.borders, finding: fit.findings };
      sets[sort].add(Number(at));
    }
    this.fitAddress(word, fit);
    this.fitPort(word, fit);
    return fit;
  }

  private fitAddress(word: string, fit: Fit) {
    const { report } = this.index;
    const address = parseAddress(word);
    if (!address) return;
    report.parties.forEach((party, at) => {
      if (party.ranges.some((range) => holds(range, address))) fit.parties.add(at);
    });
    const names = new Set([...fit.parties].map((at) => report.parties[at]!.name));
    this.findingsBy(fit, (passage) => names.has(passage.far));
  }

  private fitPort(word: string, fit: Fit) {
    if (!/^\d{1,5}$/.test(word)) return;
    this.index.report.ports.forEach((ports, at) => {
      if (holdsPort(ports.traffic, Number(word))) fit.ports.add(at);
    });
    this.findingsBy(fit, (passage) => fit.ports.has(passage.ports));
  }

  private findingsBy(fit: Fit, fits: (passage: { far: string; ports: number }) => boolean) {
    this.index.report.findings.forEach((finding, at) => {
      if (finding.passages.some(fits)) fit.findings.add(at);
    });
  }
}
