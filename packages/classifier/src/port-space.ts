/**
 * Protocols and ports cut into segments that a list of rules cannot tell apart: for each protocol that some rule names, the ports
 * between two places where an answer may change; and one segment for all other protocols. Segments are numbered through.
 *
 * @module
 */
import type { PlanMatch } from '@firsthop/plan';

type Services = PlanMatch['services'];

/** A run of segments, the last one excluded. */
export type Run = readonly [first: number, end: number];

interface Protocol {
  readonly number: number;
  /** Of its first segment. */
  readonly offset: number;
  /** First ports of its segments, ascending; 0 is the first. */
  readonly starts: readonly number[];
}

/** Where the answer may change, 0 among them. */
const edgesOf = (services: Iterable<Services>): Map<number, Set<number>> => {
  const edges = new Map<number, Set<number>>();
  for (const set of services)
    for (const { protocol, ports } of set.kind === 'set' ? set.services : []) {
      const at = edges.get(protocol) ?? new Set([0]);
      edges.set(protocol, at);
      if (ports === undefined) continue;
      at.add(ports.first);
      if (ports.last < 65_535) at.add(ports.last + 1);
    }
  return edges;
};

/** Index of the first start that is not below the port. */
const atOrBehind = (starts: readonly number[], port: number): number => {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) < port) low = middle + 1;
    else high = middle;
  }
  return low;
};

export class PortSpace {
  /** Ascending by number. */
  readonly protocols: readonly Protocol[];
  /** All of them; the last one is every other protocol. */
  readonly size: number;
  readonly #byNumber: ReadonlyMap<number, Protocol>;

  constructor(services: Iterable<Services>) {
    const protocols: Protocol[] = [];
    let offset = 0;
    for (const [number, edges] of [...edgesOf(services)].sort(([a], [b]) => a - b)) {
      const starts = [...edges].sort((a, b) => a - b);
      protocols.push({ number, offset, starts });
      offset += starts.length;
    }
    this.protocols = protocols;
    this.size = offset + 1;
    this.#byNumber = new Map(protocols.map((protocol) => [protocol.number, protocol]));
  }

  /** Only services that were given to the constructor: their ends are ends of segments. */
  runsOf(services: Services): Run[] {
    if (services.kind === 'any') return [[0, this.size]];
    return services.services.flatMap(({ protocol, ports }): Run[] => {
      const there = this.#byNumber.get(protocol);
      if (there === undefined) return [];
      const { offset, starts } = there;
      return ports === undefined ? [[offset, offset + starts.length]] : [[offset + atOrBehind(starts, ports.first), offset + atOrBehind(starts, ports.last + 1)]];
    });
  }
}
