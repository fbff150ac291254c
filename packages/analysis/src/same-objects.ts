/**
 * Whether two objects that were read from different places say the same.
 *
 * @module
 */
import type { Endpoint, NamedPort, Workload } from '@firsthop/inventory';
import type { Policy, Rule, View } from '@firsthop/policy';

const isSameList = (a: readonly unknown[], b: readonly unknown[]): boolean => a.length === b.length && a.every((one, i) => isSame(one, b[i]));

/** Of plain data: what JSON has, bigints, maps and sets. Maps and sets in the same order. */
const isSame = (a: unknown, b: unknown): boolean => {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && isSameList(a, b);
  if (a instanceof Map || a instanceof Set) return a.constructor === b.constructor && isSameList([...a], [...(b as typeof a)]);
  const keys = Object.keys(a).filter((key) => a[key as keyof typeof a] !== undefined);
  const others = Object.keys(b).filter((key) => b[key as keyof typeof b] !== undefined);
  return keys.length === others.length && keys.every((key) => isSame(a[key as keyof typeof a], b[key as keyof typeof b]));
};

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
const isSameRule = (a: Rule, b: Rule): boolean =>
  a.id === b.id && a.index === b.index && a.action === b.action && a.peers.kind === b.peers.kind && a.ports.kind === b.ports.kind && (a.peers.kind !== 'set' || a.peers.peers.every(({ kind }) => kind !== 'some') || isSame(a.peers, b.peers));

const isSameRules = (a: readonly Rule[] | undefined, b: readonly Rule[] | undefined): boolean => (a === undefined || b === undefined ? a === b : a.length === b.length && a.every((rule, i) => b[i] !== undefined && isSameRule(rule, b[i])));

const headOfPolicy = ['form', 'tier', 'priority', 'mode', 'onChange', 'stage', 'validity', 'owner', 'ticket'] as const;

const isSameHead = (a: Policy, b: Policy): boolean => (a.form === 'isolating' || b.form === 'isolating' ? a.form === b.form : headOfPolicy.every((key) => isSame(a[key], b[key])));

export const isSamePolicy = (a: Policy, b: Policy): boolean => a === b || (isSameHead(a, b) && isSameRules(a.ingress, b.ingress) && isSameRules(a.egress, b.egress) && isSameList(a.subjects, b.subjects));
