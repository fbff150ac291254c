/**
 * A name for everything that decides about packets; counters' values are not in it. Kept in work proportional to the change: it is a sum
 * over all there is.
 *
 * @module
 */
import { canonicalJson, SetDigest } from '@firsthop/base';
import type { NftState } from './nft-state.ts';
import type { ElementChange } from './encoding.ts';

const elementKey = (family: string, map: string, key: string): string => `element ${family} ${map} ${key}`;

export class StateDigest {
  readonly #sum = new SetDigest();

  constructor(state: NftState) {
    for (const [family, { chains, maps, counters }] of state) {
      this.#sum.add(`table ${family}`, '');
      for (const [name, { base, rules }] of chains) this.#sum.add(`chain ${family} ${name}`, canonicalJson([base === undefined ? '' : 'base', rules]));
      for (const [name, { type, interval, elements }] of maps) {
        this.#sum.add(`map ${family} ${name}`, canonicalJson([type, interval]));
        for (const [key, value] of elements) this.#sum.add(elementKey(family, name, key), value);
      }
      for (const name of counters) this.#sum.add(`counter ${family} ${name}`, '');
    }
  }

  /** Follows changes of the table `inet`. */
  follow(changes: readonly ElementChange[]): void {
    for (const { map, key, was, now } of changes) {
      if (was !== undefined) this.#sum.remove(elementKey('inet', map, key), was);
      if (now !== undefined) this.#sum.add(elementKey('inet', map, key), now);
    }
  }

  /** 64 hex digits. */
  toString(): string {
    return this.#sum.toString();
  }
}

export const stateDigest = (state: NftState): string => new StateDigest(state).toString();
