/**
 * Sets of connections: for each protocol the ports, exactly.
 *
 * @module
 */
import type { Row, Step } from '@firsthop/classifier';
import { type Family, protocolName, protocolNumbers } from '@firsthop/netaddr';

/** Ports `first..last`; for ICMP type * 256 + code. */
export type PortRun = readonly [first: number, last: number];

/**
 * Protocols that are not listed are answered by `rest`. Runs are ascending and never touch; a protocol without runs is closed whole.
 */
export interface ConnectionSet {
  readonly protocols: ReadonlyMap<number, readonly PortRun[]>;
  readonly rest: boolean;
}

const lastPort = 65_535;
const wholePorts: readonly PortRun[] = [[0, lastPort]];
const noPorts: readonly PortRun[] = [];

export const everyConnection: ConnectionSet = { protocols: new Map(), rest: true };
export const noConnection: ConnectionSet = { protocols: new Map(), rest: false };

const runsOf = ({ protocols, rest }: ConnectionSet, protocol: number): readonly PortRun[] => protocols.get(protocol) ?? (rest ? wholePorts : noPorts);

const isWhole = (runs: readonly PortRun[]): boolean => runs.length === 1 && runs[0]?.[0] === 0 && runs[0][1] === lastPort;

const joined = (a: ConnectionSet, b: ConnectionSet, rest: boolean, combine: (a: readonly PortRun[], b: readonly PortRun[]) => readonly PortRun[]): ConnectionSet => {
  const protocols = new Map<number, readonly PortRun[]>();
  for (const protocol of new Set([...a.protocols.keys(), ...b.protocols.keys()])) {
    const runs = combine(runsOf(a, protocol), runsOf(b, protocol));
    if (rest ? !isWhole(runs) : runs.length > 0) protocols.set(protocol, runs);
  }
  return { protocols, rest };
};

const bothRuns = (a: readonly PortRun[], b: readonly PortRun[]): PortRun[] => {
  const runs: PortRun[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [left, right] = [a[i] ?? [0, 0], b[j] ?? [0, 0]];
    const [first, last] = [Math.max(left[0], right[0]), Math.min(left[1], right[1])];
    if (first <= last) runs.push([first, last]);
    if (left[1] < right[1]) i++;
    else j++;
  }
  return runs;
};

const eitherRuns = (a: readonly PortRun[], b: readonly PortRun[]): PortRun[] => {
  const runs: PortRun[] = [];
  for (const [first, last] of [...a, ...b].sort((x, y) => x[0] - y[0])) {
    const open = runs.at(-1);
    if (open !== undefined && first <= open[1] + 1) runs[runs.length - 1] = [open[0], Math.max(open[1], last)];
    else runs.push([first, last]);
  }
  return runs;
};

export const intersection = (a: ConnectionSet, b: ConnectionSet): ConnectionSet => joined(a, b, a.rest && b.rest, bothRuns);
export const union = (a: ConnectionSet, b: ConnectionSet): ConnectionSet => joined(a, b, a.rest || b.rest, eitherRuns);

const runsIn = (steps: readonly Step[], isAllowed: (decision: Row['rest']) => boolean): PortRun[] => {
  const runs: PortRun[] = [];
  for (const { first, last, decision } of steps) {
    if (!isAllowed(decision)) continue;
    const open = runs.at(-1);
    if (open !== undefined && open[1] + 1 === first) runs[runs.length - 1] = [open[0], last];
    else runs.push([first, last]);
  }
  return runs;
};

/** What a row allows. */
export const allowedBy = ({ protocols, rest }: Row, isAllowed: (decision: Row['rest']) => boolean): ConnectionSet => {
  const open = isAllowed(rest);
  const sets = [...protocols].map(([protocol, steps]) => [protocol, runsIn(steps, isAllowed)] as const);
  return { protocols: new Map(sets.filter(([, runs]) => (open ? !isWhole(runs) : runs.length > 0))), rest: open };
};

/** Of one family: the other's ICMP does not exist in it. */
export const inFamily = ({ protocols, rest }: ConnectionSet, family: Family): ConnectionSet => {
  const foreign = family === 4 ? protocolNumbers.ICMPv6 : protocolNumbers.ICMP;
  const kept = new Map(protocols);
  kept.delete(foreign);
  if (rest) kept.set(foreign, noPorts);
  return { protocols: kept, rest };
};

const transports: readonly number[] = [protocolNumbers.TCP, protocolNumbers.UDP, protocolNumbers.SCTP];
const isTransport = (protocol: number): boolean => transports.includes(protocol);

/** Nothing is sent to port 0, so a set that differs only there is none. */
const sendable = (runs: readonly PortRun[]): PortRun[] => runs.flatMap(([first, last]): PortRun[] => (last === 0 ? [] : [[Math.max(1, first), last]]));
const isEveryPort = (runs: readonly PortRun[]): boolean => runs.length === 1 && runs[0]?.[0] === 1 && runs[0][1] === lastPort;

const portText = ([first, last]: PortRun): string => (first === last ? String(first) : `${first}-${last}`);

/** `8/0` is type 8 code 0, `3/*` all codes of type 3. */
const icmpText = ([first, last]: PortRun): string[] => {
  const parts: string[] = [];
  for (let at = first; at <= last; ) {
    const type = at >> 8;
    const end = Math.min(last, type * 256 + 255);
    const codes = [at & 255, end & 255];
    parts.push(codes[0] === 0 && codes[1] === 255 ? `${type}/*` : codes[0] === codes[1] ? `${type}/${codes[0]}` : `${type}/${codes[0]}-${codes[1]}`);
    at = end + 1;
  }
  return parts;
};

const icmpItem = (name: string, runs: readonly PortRun[]): string => (isWhole(runs) ? name : runs.length === 0 ? `${name} none` : `${name} ${runs.flatMap(icmpText).join(',')}`);

/** A protocol other than the transports, where it is answered in another way than they are. */
const otherItem = (protocol: number, runs: readonly PortRun[], isExpected: boolean): string[] => {
  if (isExpected ? isWhole(runs) : runs.length === 0) return [];
  const name = protocolName(protocol);
  if (protocol === protocolNumbers.ICMP || protocol === protocolNumbers.ICMPv6) return [icmpItem(name, runs)];
  return [runs.length === 0 ? `${name} none` : name];
};

/**
 * As contracts.md prints it: `All` is TCP, UDP and SCTP whole; ICMP, and other protocols that some rule names, are printed where they
 * differ from that: `All;ICMP none`, `TCP 80;ICMP 8/0`. Empty text: nothing is allowed.
 */
export const connectionText = (set: ConnectionSet, family: Family | 'dual'): string => {
  const runs = transports.map((protocol) => sendable(runsOf(set, protocol)));
  const isAll = runs.every(isEveryPort);
  const ofTransports = isAll ? ['All'] : runs.flatMap((one, i) => (one.length === 0 ? [] : [`${protocolName(transports[i] ?? 0)} ${one.map(portText).join(',')}`]));
  const icmp = [protocolNumbers.ICMP, protocolNumbers.ICMPv6].filter((protocol) => family === 'dual' || (family === 4) === (protocol === protocolNumbers.ICMP));
  const named = [...set.protocols.keys()].filter((protocol) => !isTransport(protocol) && protocol !== protocolNumbers.ICMP && protocol !== protocolNumbers.ICMPv6).sort((a, b) => a - b);
  const others = [...icmp, ...named].flatMap((protocol) => otherItem(protocol, runsOf(set, protocol), isAll));
  return [...ofTransports, ...others].join(';');
};
