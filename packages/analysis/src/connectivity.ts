/**
 * Who may talk to whom, and how: the whole of it, exact over addresses, protocols and ports.
 *
 * @module
 */
import { compareText } from '@firsthop/base';
import { type Family, familyOf } from '@firsthop/netaddr';
import { decidingAt, type EvaluationOptions, type Peer, type Worlds } from '@firsthop/policy';
import { Allowances, type Plain } from './allowance.ts';
import { Atlas } from './atlas.ts';
import { connectionText, union } from './connection-set.ts';
import type { Connection } from './connection.ts';
import { ingressConnections, withControllers } from './ingress-connections.ts';
import type { Link } from './link.ts';
import { outsideRanges, rangeName } from './outside.ts';
import { partiesOf, type Party, type Spot } from './parties.ts';
import { reasonsOf } from './reasons.ts';

export interface ConnectivityOptions extends EvaluationOptions {
  /** Default: 4, and `dual` where some address or prefix of the input is IPv6. */
  readonly family?: '4' | '6' | 'dual';
  /** Only what this party has a part in: its whole name, or what stands before the bracket. */
  readonly focus?: string;
  readonly explain?: boolean;
  readonly onProgress?: (done: number, of: number) => void;
}

/** Addresses that manifests do not write are made up from this prefix, and say nothing about the input: fd00:10:244::/64. */
const madeUp = 0xfd00_0010_0244_0000n;
const isWrittenV6 = (address: number | bigint): boolean => typeof address === 'bigint' && address >> 64n !== madeUp;

const hasV6 = (peer: Peer): boolean => {
  if (peer.kind === 'cidr') return familyOf(peer.cidr.base) === 6;
  if (peer.kind === 'not') return hasV6(peer.peer);
  return (peer.kind === 'every' || peer.kind === 'some') && peer.peers.some(hasV6);
};

const isV6Used = (worlds: Worlds): boolean =>
  [...worlds.values()].some(
    ({ workloads, policies }) =>
      workloads.some(({ kind, hostNetwork, endpoints }) => kind !== 'host' && !hostNetwork && endpoints.some(({ addresses }) => addresses.some(isWrittenV6))) ||
      policies.some(({ ingress, egress }) => [...(ingress ?? []), ...(egress ?? [])].some(({ peers }) => peers.kind === 'set' && peers.peers.some(hasV6))),
  );

export const familiesOf = (worlds: Worlds, family: ConnectivityOptions['family']): readonly Family[] => {
  if (family === '4') return [4];
  if (family === '6') return [6];
  return family === 'dual' || isV6Used(worlds) ? [4, 6] : [4];
};

export const isFocus = (name: string, focus: string | undefined): boolean => focus === undefined || name === focus || name.replace(/\[[^\]]*\]$/, '') === focus;

interface Listing extends ConnectivityOptions {
  readonly atlas: Atlas;
  readonly allowances: Allowances;
  readonly parties: readonly Party[];
}

/** Undefined: nobody's. One who is in nobody's focus is asked about one other only, and that does not pay for all rows. */
const plainParties = ({ allowances, parties, focus }: Listing): (Plain | undefined)[] => (focus === undefined ? parties.map(({ spots }) => allowances.plainOf(spots)) : []);

function* betweenParties({ allowances, parties, focus, explain = false, onProgress }: Listing, plain: readonly (Plain | undefined)[]): Generator<Link> {
  for (const [i, from] of parties.entries()) {
    onProgress?.(i, parties.length);
    const sender = plain[i];
    for (const [j, to] of parties.entries()) {
      if (from === to || !(isFocus(from.name, focus) || isFocus(to.name, focus))) continue;
      const receiver = plain[j];
      const allowed = sender === undefined || receiver === undefined ? allowances.between(from.spots, to.spots) : allowances.betweenPlain(sender, receiver);
      if (allowed !== undefined && allowed.text !== '') yield { from: from.name, to: to.name, allowed, ...(explain ? { because: reasonsOf(from.spots, to.spots) } : {}) };
    }
  }
  onProgress?.(parties.length, parties.length);
}

function* withOutside({ atlas, allowances, parties, focus, explain = false }: Listing, plain: readonly (Plain | undefined)[]): Generator<Link> {
  for (const direction of ['ingress', 'egress'] as const)
    for (const { range, example } of outsideRanges(atlas, parties, direction, allowances)) {
      const outside: Spot = { workload: undefined, places: [atlas.placeOf(example)], seat: undefined };
      const name = rangeName(range);
      const there = allowances.plainOf([outside]);
      for (const [i, party] of parties.entries()) {
        const here = plain[i];
        if (!isFocus(party.name, focus) && !isFocus(name, focus)) continue;
        const [from, to] = direction === 'ingress' ? [[outside], party.spots] : [party.spots, [outside]];
        const allowed = here === undefined || there === undefined ? allowances.between(from, to) : direction === 'ingress' ? allowances.betweenPlain(there, here) : allowances.betweenPlain(here, there);
        const names = direction === 'ingress' ? { from: name, to: party.name } : { from: party.name, to: name };
        if (allowed !== undefined && allowed.text !== '') yield { ...names, allowed, ...(explain ? { because: reasonsOf(from, to) } : {}) };
      }
    }
}

/** Of one family, in parts and in no order. */
const linksOf = (atlas: Atlas, worlds: Worlds, family: Family, options: ConnectivityOptions): Iterable<Link>[] => {
  const allowances = new Allowances(family, options.failsafe);
  const listing: Listing = { ...options, atlas, allowances, parties: partiesOf(atlas, family) };
  const controller = [...ingressConnections(worlds, listing.parties, allowances, atlas.placeOf)].filter(({ from, to }) => isFocus(from, options.focus) || isFocus(to, options.focus));
  const plain = plainParties(listing);
  return [betweenParties(listing, plain), withOutside(listing, plain), controller];
};

const line = ({ from, to, because }: Link, allowed: string): Connection => (because === undefined ? { from, to, allowed } : { from, to, allowed, because });

/** Both families of one pair: what either of them allows. */
const joined = (a: Link, b: Link): Connection => line(a.because === undefined ? a : { ...a, because: [...new Set([...a.because, ...(b.because ?? [])])] }, connectionText(union(a.allowed.set, b.allowed.set), 'dual'));

const inOneFamily = (parts: readonly Iterable<Link>[]): Connection[] => {
  const lines: Connection[] = [];
  for (const part of parts) for (const link of part) lines.push(line(link, link.allowed.text));
  return lines;
};

/** A pair of workloads is one line. */
const inBothFamilies = (parts: readonly Iterable<Link>[]): Connection[] => {
  const first = new Map<string, Link>();
  const lines = new Map<string, Connection>();
  for (const part of parts)
    for (const link of part) {
      const key = `${link.from} ${link.to}`;
      const other = first.get(key);
      first.set(key, other ?? link);
      lines.set(key, other === undefined ? line(link, link.allowed.text) : joined(other, link));
    }
  return [...lines.values()];
};

/** Sorted by `from`, then `to`. In several families a pair of workloads is one line: what either of them allows. */
export const connectivity = (worlds: Worlds, options: ConnectivityOptions = {}): Connection[] => {
  const present = withControllers(decidingAt(worlds, options.at));
  const atlas = new Atlas(present, options);
  const families = familiesOf(present, options.family);
  const parts = families.flatMap((family) => linksOf(atlas, present, family, options));
  const found = families.length === 1 ? inOneFamily(parts) : inBothFamilies(parts);
  return found.sort((a, b) => compareText(a.from, b.from) || compareText(a.to, b.to));
};
