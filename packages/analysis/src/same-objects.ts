/**
 * Whether two objects that were read from different places say the same.
 *
 * @module
 */
import type { Endpoint, NamedPort, Workload } from '@firsthop/inventory';
import type { Policy, Rule, View } from '@firsthop/policy';

const plain = (_: string, value: unknown): unknown => {
  if (value instanceof Map) return { map: [...(value as Map<unknown, unknown>)] };
  if (value instanceof Set) return { set: [...(value as Set<unknown>)] };
  return typeof value === 'bigint' ? `${value}n` : value;
};

const textOf = (value: unknown): string => JSON.stringify(value, plain);

const isSameList = (a: readonly unknown[], b: readonly unknown[]): boolean => a.length === b.length && a.every((one, i) => one === b[i] || textOf(one) === textOf(b[i]));

const isSameMap = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean => a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);

const isSamePort = (a: NamedPort, b: NamedPort | undefined): boolean => a.name === b?.name && a.protocol === b.protocol && a.number === b.number;

const isSameEndpoint = (a: Endpoint, b: Endpoint | undefined): boolean => b !== undefined && a.addresses.length === b.addresses.length && a.addresses.every((address, i) => address === b.addresses[i]);

/** In all that policy looks at: names, labels, ports, addresses, place. */
const isSameWorkload = (a: Workload, b: Workload | undefined): boolean =>
  b !== undefined &&
  headOf.every((key) => a[key] === b[key]) &&
  a.owner?.kind === b.owner?.kind &&
  a.owner?.name === b.owner?.name &&
  isSameMap(a.labels, b.labels) &&
  a.ports.length === b.ports.length &&
  a.ports.every((port, i) => isSamePort(port, b.ports[i])) &&
  a.endpoints.length === b.endpoints.length &&
  a.endpoints.every((endpoint, i) => isSameEndpoint(endpoint, b.endpoints[i]));

const headOf = ['id', 'kind', 'cluster', 'namespace', 'name', 'node', 'hostNetwork', 'enforcement', 'serviceAccount'] as const;

export const isSameFacts = (a: View, b: View): boolean => isSameList(a.namespaces, b.namespaces) && isSameList(a.nodes, b.nodes) && isSameList(a.services, b.services) && a.workloads.length === b.workloads.length && a.workloads.every((workload, i) => isSameWorkload(workload, b.workloads[i]));

/** The id is made of what a rule says and whose it is, but not of what became of it because something else was invalid. */
const ruleText = ({ id, index, action, peers, ports }: Rule): string => `${id} ${index} ${action} ${peers.kind} ${ports.kind}${peers.kind === 'set' && peers.peers.some(({ kind }) => kind === 'some') ? textOf(peers) : ''}`;

const rulesText = (rules: readonly Rule[] | undefined): string => (rules === undefined ? '-' : rules.map(ruleText).join(','));

const headText = (policy: Policy): string => {
  if (policy.form === 'isolating') return '';
  const { tier, priority, mode, onChange, stage, validity, owner, ticket } = policy;
  return textOf([tier, priority, mode, onChange, stage, validity, owner, ticket]);
};

export const isSamePolicy = (a: Policy, b: Policy): boolean =>
  a === b || (headText(a) === headText(b) && rulesText(a.ingress) === rulesText(b.ingress) && rulesText(a.egress) === rulesText(b.egress) && textOf(a.subjects) === textOf(b.subjects));
