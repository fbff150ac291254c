/**
 * Whom a pattern means in a set of worlds.
 *
 * @module
 */
import { assertNever, compareText } from '@firsthop/base';
import type { Workload } from '@firsthop/inventory';
import { type Address, type AddressRange, formatAddress, nextAddress, subtractRanges } from '@firsthop/netaddr';
import type { Worlds } from '@firsthop/policy';
import type { PartyPattern, Term } from './assertion.ts';

/** One that may be asked about: a workload, or a range of outside addresses that no policy tells apart. */
export interface AssertedParty {
  readonly name: string;
  readonly addresses: readonly Address[];
  readonly workload?: Workload;
}

/** In order, each after the one before; nothing is tried twice. */
const matchesWildcard = (pattern: string, text: string): boolean => {
  const parts = pattern.split('*');
  const [first = ''] = parts;
  if (parts.length === 1) return text === pattern;
  const last = parts.at(-1) ?? '';
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > text.length - last.length) return false;
    at = found + part.length;
  }
  return true;
};

/** `ns`, `cluster` and `kind` are facts; `label.ns` is a label of that name. */
const valueOf = ({ namespace, cluster, kind, labels }: Workload, key: string): string | undefined => {
  if (key === 'ns') return namespace;
  if (key === 'cluster') return cluster;
  if (key === 'kind') return kind;
  return labels.get(key.startsWith('label.') ? key.slice('label.'.length) : key);
};

const satisfies = (workload: Workload, { key, operator, value }: Term): boolean => {
  const is = valueOf(workload, key);
  switch (operator) {
    case 'is':
      return is === value;
    case 'is not':
      return is !== value;
    case 'exists':
      return is !== undefined;
    case 'does not exist':
      return is === undefined;
    default:
      return assertNever(operator);
  }
};

/** Every node is a host too; those are meant only where somebody says so. */
const isMeant = (workload: Workload, pattern: Exclude<PartyPattern, { readonly kind: 'external' }>): boolean => {
  switch (pattern.kind) {
    case 'any':
      return workload.kind !== 'host';
    case 'selector':
      return pattern.terms.every((term) => satisfies(workload, term)) && (workload.kind !== 'host' || pattern.terms.some(({ key }) => key === 'kind'));
    case 'named': {
      const names = [workload.name, ...(workload.owner === undefined ? [] : [workload.owner.name])];
      return workload.kind === pattern.workload && (pattern.cluster ?? workload.cluster) === workload.cluster && matchesWildcard(pattern.namespace, workload.namespace) && names.some((name) => matchesWildcard(pattern.name, name));
    }
    default:
      return assertNever(pattern);
  }
};

export const workloadName = ({ cluster, kind, namespace, name }: Workload, withCluster: boolean): string => `${withCluster ? `cluster:${cluster}/` : ''}${kind === 'host' ? `host:${name}` : `${kind === 'vm' ? 'vm:' : ''}${namespace}/${name}`}`;

/** At each of these addresses another policy may begin to count. */
const cut = (range: AddressRange, borders: readonly AddressRange[]): AddressRange[] => {
  let pieces = [range];
  for (const border of borders) pieces = pieces.flatMap((piece) => [...subtractRanges([piece], [border]), ...subtractRanges([piece], subtractRanges([piece], [border]))]);
  return pieces;
};

const rangeName = ({ first, last }: AddressRange): string => (first === last || nextAddress(first) === undefined ? formatAddress(first) : `${formatAddress(first)}-${formatAddress(last)}`);

const outside = (ranges: readonly AddressRange[], worlds: Worlds, borders: readonly AddressRange[]): AssertedParty[] => {
  const held = [...worlds.values()].flatMap(({ workloads, nodes }) => [...workloads.flatMap(({ endpoints }) => endpoints.flatMap(({ addresses }) => addresses)), ...nodes.flatMap(({ addresses }) => addresses)]);
  const free = subtractRanges(ranges, held.map((address) => ({ first: address, last: address })));
  return free.flatMap((range) => cut(range, borders)).map((range) => ({ name: rangeName(range), addresses: [range.first] }));
};

export const findParties = (pattern: PartyPattern, worlds: Worlds, borders: readonly AddressRange[]): AssertedParty[] => {
  if (pattern.kind === 'external') return outside(pattern.ranges, worlds, borders);
  const workloads = [...worlds.values()].flatMap((world) => world.workloads.filter((workload) => isMeant(workload, pattern)));
  return workloads.sort((a, b) => compareText(a.id, b.id)).map((workload) => ({ name: workloadName(workload, worlds.size > 1), addresses: workload.endpoints.flatMap(({ addresses }) => addresses), workload }));
};
