/**
 * Truth tables that this project did not write (fixtures/cyclonus), as worlds.
 *
 * The corpus keeps the `ingress` and `egress` lists of Go: where a list is absent there, it is absent here.
 *
 * @module
 */
import { endpointId, type Workload, workloadId } from '@firsthop/inventory';
import { type Address, parseAddress, protocolNumbers, type TransportName } from '@firsthop/netaddr';
import { parsePolicy, type World } from '@firsthop/policy';
import { readFileSync } from 'node:fs';
import type { Judge } from './judges.ts';

interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly ip: string;
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: TransportName }[];
}

type Row = readonly [from: string, to: string, protocol: TransportName, port: number, ingress: boolean, egress: boolean, allowed: boolean];

export interface CyclonusStep {
  readonly namespaces: Record<string, Record<string, string>>;
  readonly pods: readonly Pod[];
  readonly policies: readonly unknown[] | null;
  readonly verdicts: readonly Row[];
}

export interface CyclonusCase {
  readonly id: number;
  readonly description: string;
  readonly steps: readonly CyclonusStep[];
}

const cluster = 'local';

export const readCyclonus = (): readonly CyclonusCase[] => (JSON.parse(readFileSync(new URL('../fixtures/cyclonus/cases.json', import.meta.url), 'utf8')) as { readonly cases: readonly CyclonusCase[] }).cases;

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

const worldOf = ({ namespaces, pods, policies }: CyclonusStep): World => ({
  cluster,
  workloads: pods.map(workloadOf),
  namespaces: Object.entries(namespaces).map(([name, labels]) => ({ cluster, name, labels: new Map([...Object.entries(labels), ['kubernetes.io/metadata.name', name]]), enforcement: 'Open' })),
  nodes: [],
  services: [],
  policies: (policies ?? []).map((raw) => {
    const { policy, errors } = parsePolicy(raw, { cluster });
    if (policy === undefined || errors.length > 0) throw new Error(`not read: ${JSON.stringify(errors)}`);
    return policy;
  }),
  tiers: [], groups: [],
  clusterPeers: [],
  ingresses: [],
});

/** Rows on which the two disagree, as text. A pod that reaches itself is not asked about. */
export const cyclonusDifferences = (step: CyclonusStep, judge: Judge): string[] => {
  const ask = judge(worldOf(step));
  const ips = new Map(step.pods.map(({ namespace, name, ip }) => [`${namespace}/${name}`, addressOf(ip)]));
  const address = (name: string): Address => ips.get(name) ?? addressOf(name);
  return step.verdicts.flatMap(([from, to, protocol, port, ...expected]) => {
    if (from === to) return [];
    const { ingress, egress } = ask({ source: address(from), destination: address(to), protocol: protocolNumbers[protocol], port });
    const found = [ingress, egress, ingress === true && egress === true];
    return String(found) === String(expected) ? [] : [`${from} > ${to} ${protocol} ${port}: ${String(found)}, and the corpus says ${String(expected)}`];
  });
};

/** The first state of every case. */
export const cyclonusWorlds = (): readonly World[] => readCyclonus().flatMap(({ steps }) => steps.slice(0, 1).map(worldOf));
