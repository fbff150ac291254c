/**
 * Which object said what: so that what it says no more is taken back, unless another one says it now.
 *
 * An object that is made anew under the same name is another object; which of the two is heard of first, nobody knows. Whoever said a thing last has it.
 *
 * @module
 */
import { type ClusterChange, gone, thingOf } from './cluster-change.ts';

export class ObjectBook {
  /** By uid: what it says, as it is taken back. */
  readonly #said = new Map<string, readonly ClusterChange[]>();
  /** By thing: the uid of who said it last. */
  readonly #saidBy = new Map<string, string>();

  /** Of what an object says now (nothing: it is gone, or cannot be read), the changes. */
  put(uid: string, changes: readonly ClusterChange[]): readonly ClusterChange[] {
    const now = new Set(changes.map(thingOf));
    const takenBack = (this.#said.get(uid) ?? []).filter((one) => !now.has(thingOf(one)) && this.#saidBy.get(thingOf(one)) === uid);
    for (const one of takenBack) this.#saidBy.delete(thingOf(one));
    for (const thing of now) this.#saidBy.set(thing, uid);
    if (changes.length === 0) this.#said.delete(uid);
    else this.#said.set(uid, changes.map(gone));
    return [...takenBack, ...changes];
  }
}
