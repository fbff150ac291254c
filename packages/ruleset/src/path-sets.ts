/**
 * Sets that decide nothing: each element counts what our hooks see come in, or go out, by one interface. Compared with the interface's own
 * counters they prove that its packets come by here at all.
 *
 * Of a pod the IP hooks count; of a bridge's port the bridge's, which alone know ports.
 *
 * @module
 */
import type { Bound } from './encoding.ts';
import { quote } from './endpoint-keys.ts';
import type { NftMap, TableFamily } from './nft-state.ts';

/** Names, in both tables. */
export const pathSets = { in: 'came', out: 'left' } as const;
export type PathWay = keyof typeof pathSets;

/** One rule each, at the head of the first and the last hook; it has no verdict. */
export const pathRules: Readonly<Record<PathWay, string>> = { in: `iifname @${pathSets.in}`, out: `oifname @${pathSets.out}` };

/** Counted for nobody among the decisions. */
const nobody: ReadonlyMap<string, string> = new Map();

export const pathMaps = (family: TableFamily, bound: readonly Bound[]): [string, NftMap][] => {
  const devices = new Set(bound.flatMap(({ via }) => (via.kind === 'routed' ? (family === 'inet' ? [via.device] : []) : family === 'bridge' ? [via.port] : [])));
  return Object.values(pathSets).map((name): [string, NftMap] => [name, { type: 'ifname', interval: false, counts: nobody, elements: new Map([...devices].map((device) => [quote(device), ''])) }]);
};
