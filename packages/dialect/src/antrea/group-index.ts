/**
 * The groups of a set, by name.
 *
 * @module
 */
import type { Origin } from '../origin.ts';
import type { Plain } from '../translation.ts';

const keyOf = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`;

export interface DraftGroup {
  readonly origin: Origin;
  readonly members: readonly Plain[];
  readonly children: readonly string[];
  /** Addresses and Services are peers, and never subjects. */
  readonly isOfAddresses: boolean;
}

/** Those that can be said. A policy that names another one is at fault. */
export class GroupIndex {
  readonly #groups = new Map<string, DraftGroup>();

  add(group: DraftGroup): void {
    this.#groups.set(keyOf(group.origin.namespace, group.origin.name), group);
  }

  remove({ namespace, name }: Origin): void {
    this.#groups.delete(keyOf(namespace, name));
  }

  has(namespace: string | undefined, name: string): boolean {
    const group = this.#groups.get(keyOf(namespace, name));
    return group !== undefined && group.children.every((child) => this.#groups.has(keyOf(namespace, child)));
  }

  isOfAddresses(namespace: string | undefined, name: string): boolean {
    const group = this.#groups.get(keyOf(namespace, name));
    return group !== undefined && (group.isOfAddresses || group.children.some((child) => this.#groups.get(keyOf(namespace, child))?.isOfAddresses === true));
  }

  isNested(namespace: string | undefined, name: string): boolean {
    return (this.#groups.get(keyOf(namespace, name))?.children.length ?? 0) > 0;
  }
}
