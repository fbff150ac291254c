/**
 * How far a manager's plans are: the position of each source that they follow. Agents are never taken back behind one.
 *
 * @module
 */
import type { Revision } from '@firsthop/plan';
import type { Generation } from './generation.ts';

export type Position = Omit<Revision, 'digest'>;

export interface Positions {
  /** For the flush that is about to be. */
  next(): Position;
  /** Of all plans as they are now. Undefined: there was nothing yet. */
  current(): Position | undefined;
}

/** Of a manager that is the only one: whatever changes is its own next generation. */
export class OwnPositions implements Positions {
  readonly #generation: Generation;
  readonly #epoch: number;
  #last: Position | undefined;

  constructor(generation: Generation, epoch: number) {
    this.#generation = generation;
    this.#epoch = epoch;
  }

  next(): Position {
    return (this.#last = { epoch: this.#epoch, watermarks: new Map([['directory', this.#generation.next()]]) });
  }

  current(): Position | undefined {
    return this.#last;
  }
}

/**
 * Of one among several: which number the directory's content has, which all agree on; and, where policies begin or end by themselves, until when they
 * did here, because clocks differ.
 */
export class SharedPositions implements Positions {
  readonly #now: () => number;
  #at: { readonly number: number; readonly epoch: number } | undefined;
  /** The next moment at which a policy begins or ends, milliseconds since 1970. Infinity: all have. Undefined: none ever does. */
  edge: number | undefined;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** To be followed by the flush of what has this number. */
  take(at: { readonly number: number; readonly epoch: number }): void {
    this.#at = at;
  }

  get number(): number {
    return this.#at?.number ?? 0;
  }

  next(): Position {
    return this.current() ?? { epoch: 0, watermarks: new Map() };
  }

  current(): Position | undefined {
    if (this.#at === undefined) return undefined;
    const watermarks = new Map([['directory', this.#at.number]]);
    if (this.edge !== undefined) watermarks.set('clock', Math.min(this.#now(), this.edge - 1));
    return { epoch: this.#at.epoch, watermarks };
  }
}
