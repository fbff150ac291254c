/**
 * The evaluator against truth tables that this project did not write (testkit/fixtures/cyclonus).
 *
 * The corpus keeps the `ingress` and `egress` lists of Go: where a list is absent there, it is absent here.
 */
import { readFileSync } from 'node:fs';
import { type Workload, endpointId, workloadId } from '@firsthop/inventory';
import { type Address, parseAddress, protocolNumbers, type TransportName } from '@firsthop/netaddr';
import { describe, expect, it } from 'vitest';
import { evaluate, parsePolicy, type World } from './index.ts';

interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly ip: string;
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: TransportName }[];
}

type Row = readonly [from: string, to: string, protocol: TransportName, port: number, ingress: boolean, egress: boolean, allowed: boolean];

interface Step {
  readonly namespaces: Record<string, Record<string, string>>;
  readonly pods: readonly Pod[];
  readonly policies: readonly unknown[] | null;
  readonly verdicts: readonly Row[];
}

interface Corpus {
  readonly cases: readonly { readonly id: number; readonly description: string; readonly steps: readonly Step[] }[];
}

const corpus: Corpus = JSON.parse(readFileSync(new URL('../../testkit/fixtures/cyclonus/cases.json', import.meta.url), 'utf8'));
const cluster = 'local';

const addressOf = (text: string): Address => {
  const read = parseAddress(text);
  if (!read.ok) throw new Error(read.error);
  return read.value;
};

const workloadOf = ({ namespace, name, labels, ip, ports }: Pod): Workload => {
  const id = workloadId(cluster, `${namespace}.${name}`);
  return {
    id,
    kind: 'pod',
    cluster,
    namespace,
    name,
    labels: new Map(Object.entries(labels)),
    node: 'node',
    hostNetwork: false,
    ports: ports.map((port) => ({ name: port.name, protocol: port.protocol, number: port.port })),
    endpoints: [{ id: endpointId(id, 'eth0'), interfaceName: 'eth0', addresses: [addressOf(ip)], allowedAddresses: [] }],
  };
};

const worldOf = ({ namespaces, pods, policies }: Step): World => ({
  cluster,
  workloads: pods.map(workloadOf),
  namespaces: Object.entries(namespaces).map(([name, labels]) => ({ cluster, name, labels: new Map([...Object.entries(labels), ['kubernetes.io/metadata.name', name]]), enforcement: 'Open' })),
  nodes: [],
  services: [],
  policies: (policies ?? []).flatMap((raw) => {
    const { policy, errors } = parsePolicy(raw, { cluster });
    expect(errors).toEqual([]);
    return policy === undefined ? [] : [policy];
  }),
  tiers: [],
  clusterPeers: [],
});

/** Rows on which the two disagree, as text. */
const differences = (step: Step): string[] => {
  const worlds = new Map([[cluster, worldOf(step)]]);
  const ips = new Map(step.pods.map(({ namespace, name, ip }) => [`${namespace}/${name}`, addressOf(ip)]));
  const side = (name: string): { address: Address } => ({ address: ips.get(name)! });
  return step.verdicts.flatMap(([from, to, protocol, port, ...expected]) => {
    if (from === to) return [];
    const { ingress, egress, verdict } = evaluate(worlds, { source: side(from), destination: side(to), protocol: protocolNumbers[protocol], port });
    const found = [ingress?.verdict === 'allow', egress?.verdict === 'allow', verdict === 'allow'];
    return String(found) === String(expected) ? [] : [`${from} > ${to} ${protocol} ${port}: ${String(found)}, and the corpus says ${String(expected)}`];
  });
};

describe('NetworkPolicy as cyclonus reads it', () => {
  it('is the whole corpus', () => {
    const rows = corpus.cases.flatMap(({ steps }) => steps.flatMap(({ verdicts }) => verdicts));
    expect([corpus.cases.length, rows.length]).toEqual([115, 62_565]);
    expect(rows.some(([, , , , , , allowed]) => !allowed)).toBe(true);
  });

  it.each(corpus.cases)('$id $description', ({ steps }) => {
    for (const step of steps) expect(differences(step)).toEqual([]);
  });
});
