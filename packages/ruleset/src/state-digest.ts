import { canonicalJson, sha256Hex } from '@firsthop/base';
import type { NftState } from './nft-state.ts';

/** 64 hex digits over everything that decides about packets; counters' values are not in it. */
export const stateDigest = (state: NftState): string =>
  sha256Hex(
    canonicalJson(
      [...state].sort().map(([family, { chains, maps, counters }]) => ({
        family,
        chains: [...chains].sort(byName).map(([name, { base, rules }]) => [name, base === undefined ? '' : 'base', rules]),
        maps: [...maps].sort(byName).map(([name, { type, interval, elements }]) => [name, type, interval, [...elements].sort(byName)]),
        counters: [...counters].sort(),
      })),
    ),
  );

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : a > b ? 1 : 0);
