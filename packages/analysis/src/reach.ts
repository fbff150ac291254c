/**
 * Reachability closure: whom an attacker at one party may come to, step by step.
 *
 * @module
 */
import type { Connection } from './connection.ts';

export interface Reached {
  readonly party: string;
  /** 1: directly. */
  readonly hops: number;
  /** From where it is reached first, and how. */
  readonly via: string;
  readonly allowed: string;
}

export interface ReachOptions {
  /** At most so many steps. Undefined: as far as it goes. */
  readonly hops?: number;
}

const isOutside = (party: string): boolean => party.endsWith('[External]');

/** Breadth first, so that `hops` is the least; outside addresses are reached, and nothing goes on from there. */
export const reachFrom = (connections: readonly Connection[], start: string, { hops: most = Number.POSITIVE_INFINITY }: ReachOptions = {}): Reached[] => {
  const next = new Map<string, Connection[]>();
  for (const connection of connections) {
    const list = next.get(connection.from);
    if (list === undefined) next.set(connection.from, [connection]);
    else list.push(connection);
  }
  const seen = new Set([start]);
  const reached: Reached[] = [];
  let border = [start];
  for (let hops = 1; border.length > 0 && hops <= most; hops++) {
    const found: string[] = [];
    for (const via of border)
      for (const { to, allowed } of isOutside(via) ? [] : (next.get(via) ?? [])) {
        if (seen.has(to)) continue;
        seen.add(to);
        reached.push({ party: to, hops, via, allowed });
        found.push(to);
      }
    border = found;
  }
  return reached;
};
