/**
 * Does something inside another network namespace and comes back. A socket belongs for life to the namespace it was
 * made in, so only the making happens inside. Strictly synchronous: an await in between would leak the namespace into
 * whatever runs next.
 *
 * @module
 */
import { closeSync, openSync } from 'node:fs';
import { enterNamespace } from './libc.ts';

export class NamespaceScope {
  readonly #home = openSync('/proc/self/ns/net', 'r');
  readonly #open = new Map<string, number>();

  /** `name` is an `ip netns` name. */
  inside<T>(name: string, make: () => T): T {
    const fd = this.#open.get(name) ?? openSync(`/run/netns/${name}`, 'r');
    this.#open.set(name, fd);
    enterNamespace(fd);
    try {
      return make();
    } finally {
      enterNamespace(this.#home);
    }
  }

  /** To be called when a namespace is removed: a held descriptor would keep it alive. */
  forget(name: string): void {
    const fd = this.#open.get(name);
    if (fd !== undefined) closeSync(fd);
    this.#open.delete(name);
  }

  close(): void {
    for (const name of this.#open.keys()) this.forget(name);
    closeSync(this.#home);
  }
}
