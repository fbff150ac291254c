/**
 * Which policies govern a workload: found by the selectors that match it, so that policies about others are never looked at.
 *
 * @module
 */
import { type Few, putInto, type SetView, takeFrom } from '@firsthop/base';
import type { Peer } from '@firsthop/policy';
import { type SelectorKey, selectorKey } from './selector-key.ts';

/** Subjects are never relative (`withAbsoluteSubjects`). */
export const isGoverned = (peer: Peer, selectors: SetView<SelectorKey>): boolean => {
  switch (peer.kind) {
    case 'workloads':
      return selectors.has(selectorKey(peer.selector));
    case 'every':
      return peer.peers.every((one) => isGoverned(one, selectors));
    case 'some':
      return peer.peers.some((one) => isGoverned(one, selectors));
    case 'not':
      return !isGoverned(peer.peer, selectors);
    case 'cidr':
    case 'nodes':
    case 'service':
    case 'names':
    case 'group':
      return false;
  }
};

/** Selectors of which one must match. `always`: it may govern without any. */
export type Trigger = 'always' | readonly SelectorKey[];

const triggerOf = (peer: Peer): Trigger => {
  switch (peer.kind) {
    case 'workloads':
      return [selectorKey(peer.selector)];
    case 'every':
      return peer.peers.map(triggerOf).find((one) => one !== 'always') ?? 'always';
    case 'some': {
      const triggers = peer.peers.map(triggerOf);
      return triggers.includes('always') ? 'always' : triggers.flatMap((one) => (one === 'always' ? [] : one));
    }
    case 'not':
      return 'always';
    case 'cidr':
    case 'nodes':
    case 'service':
    case 'names':
    case 'group':
      return [];
  }
};

/** Of a policy. */
export const triggersOf = ({ subjects }: Governed): Trigger => triggerOf({ kind: 'some', peers: subjects });

export interface Governed {
  readonly subjects: readonly Peer[];
}

export class GoverningIndex<P extends Governed> {
  readonly #bySelector = new Map<SelectorKey, Few<P>>();
  readonly #always = new Set<P>();

  add(policy: P): void {
    const trigger = triggersOf(policy);
    if (trigger === 'always') this.#always.add(policy);
    else for (const key of trigger) putInto(this.#bySelector, key, policy);
  }

  delete(policy: P): void {
    const trigger = triggersOf(policy);
    if (trigger === 'always') this.#always.delete(policy);
    else for (const key of trigger) takeFrom(this.#bySelector, key, policy);
  }

  /** In no order. */
  of(selectors: SetView<SelectorKey>): P[] {
    const found = new Set(this.#always);
    for (const key of selectors) for (const policy of this.#bySelector.get(key) ?? []) found.add(policy);
    return [...found].filter(({ subjects }) => subjects.some((subject) => isGoverned(subject, selectors)));
  }
}
