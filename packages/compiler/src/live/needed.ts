/**
 * Things counted by how often they are needed.
 *
 * @module
 */
import type { SetView } from '@firsthop/base';

const nothing = { come: [], gone: [] };

/** How often each thing is needed, and whether it was there at the last flush, of those that came or went since. */
export class Needed<T> {
  readonly counts: Map<T, number> = new Map();
  readonly #before = new Map<T, boolean>();

  /** Whether it was not there. */
  retain(one: T): boolean {
    const count = this.counts.get(one) ?? 0;
    this.counts.set(one, count + 1);
    if (count === 0 && !this.#before.has(one)) this.#before.set(one, false);
    return count === 0;
  }

  /** Whether it is not there any more. */
  release(one: T): boolean {
    const count = (this.counts.get(one) ?? 0) - 1;
    if (count > 0) {
      this.counts.set(one, count);
      return false;
    }
    this.counts.delete(one);
    if (!this.#before.has(one)) this.#before.set(one, true);
    return true;
  }

  /** Some that is there, or was at the last flush, for which `is` holds. `among`: which may be more than there are here, or fewer. */
  some(among: SetView<T>, is: (one: T) => boolean): boolean {
    if (among.size <= this.counts.size + this.#before.size) {
      for (const one of among) if ((this.counts.has(one) || this.#before.has(one)) && is(one)) return true;
      return false;
    }
    for (const here of [this.counts, this.#before]) for (const one of here.keys()) if (among.has(one) && is(one)) return true;
    return false;
  }

  /** What is there, up to so many, without one. */
  others(than: T, most: number): readonly T[] {
    return first(this.counts.keys(), (one) => one !== than, most);
  }

  /** What was there at the last flush, up to so many. `gone`: of it, what is not there any more. */
  before(gone: readonly T[], most: number): readonly T[] {
    return [...gone, ...first(this.counts.keys(), (one) => this.wasThere(one), most)].slice(0, most);
  }

  wasThere(one: T): boolean {
    return this.#before.get(one) ?? this.counts.has(one);
  }

  /** Since the last flush. */
  get changes(): { readonly come: readonly T[]; readonly gone: readonly T[] } {
    if (this.#before.size === 0) return nothing;
    const [come, gone]: [T[], T[]] = [[], []];
    for (const [one, wasThere] of this.#before) if (wasThere !== this.counts.has(one)) (wasThere ? gone : come).push(one);
    return { come, gone };
  }

  flushed(): void {
    if (this.#before.size > 0) this.#before.clear();
  }
}

const first = <T>(things: Iterable<T>, is: (one: T) => boolean, most: number): readonly T[] => {
  const found: T[] = [];
  for (const one of things) {
    if (found.length === most) break;
    if (is(one)) found.push(one);
  }
  return found;
};
