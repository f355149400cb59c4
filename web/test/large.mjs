// The demo's cloud under a large cluster: 1,250 namespaces of 8 workloads each, without a policy, so that each namespace has four
// findings and each workload crosses both borders.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const NAMESPACES = 1250;
export const WORKLOADS = 8;

export function manifests(folder) {
  mkdirSync(folder, { recursive: true });
  for (let at = 0; at < NAMESPACES; at++) {
    const namespace = `team-${at}`;
    const objects = [{ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }];
    for (let number = 0; number < WORKLOADS; number++) objects.push(deployment(namespace, `app-${number}`));
    writeFileSync(join(folder, `${namespace}.yaml`), objects.map((object) => JSON.stringify(object, null, 1)).join("\n---\n"));
  }
}

function deployment(namespace, name) {
  const labels = { app: name };
  const container = { name: "main", image: "main", ports: [{ containerPort: 8080 }] };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container] } } },
  };
}
