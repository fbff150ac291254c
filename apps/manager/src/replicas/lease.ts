/**
 * Who of several managers writes: one lease, as Kubernetes' leader election has it (coordination.k8s.io). Nobody's clock is compared with another's: who
 * wants the lease counts on its own clock how long it has seen it unchanged, and who has it counts from before it wrote.
 *
 * Law: never two at once, as long as clocks run at rates that differ by less than `holdMs` does from `durationMs`. Who was stopped between looking and
 * writing is found by what it writes: each change of hands has a number of its own (`transitions`), and whoever has seen a higher one refuses.
 *
 * @module
 */

/** Fields of a Kubernetes Lease: holderIdentity, leaseDurationSeconds, acquireTime, renewTime, leaseTransitions. Milliseconds; times are for people. */
export interface LeaseRecord {
  /** Empty: given back. */
  readonly holder: string;
  readonly durationMs: number;
  readonly acquiredAt: number;
  readonly renewedAt: number;
  readonly transitions: number;
}

export interface LeaseOptions {
  /** Of this process alone: one that starts again is somebody else. */
  readonly name: string;
  /** So long it must be seen unchanged before another one takes it. */
  readonly durationMs: number;
  /** So long it is held without being renewed: less than `durationMs`. */
  readonly holdMs: number;
}

export interface SeenLease {
  readonly value: LeaseRecord;
  readonly version: string;
}

/** All `now` are of this machine's clock, which only goes forward: milliseconds. */
export class LeaseKeeper {
  readonly #options: LeaseOptions;
  #heldUntil = -Infinity;
  #transitions = -1;
  #seen: { readonly version: string; readonly at: number } | undefined;
  #holder = '';

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  /** Whoever has it, as last read; for people. */
  get holder(): string {
    return this.#holder;
  }

  /** The number of the change of hands by which it is held. Undefined: it is not. */
  term(now: number): number | undefined {
    return now < this.#heldUntil ? this.#transitions : undefined;
  }

  /** After a read, at `now`: what to write in the place of it. Undefined: nothing. `date`: for people. */
  next(seen: SeenLease | undefined, now: number, date: number): LeaseRecord | undefined {
    if (seen?.version !== this.#seen?.version) this.#seen = seen === undefined ? undefined : { version: seen.version, at: now };
    const { name, durationMs } = this.#options;
    this.#holder = seen?.value.holder ?? '';
    if (seen === undefined) return { holder: name, durationMs, acquiredAt: date, renewedAt: date, transitions: 0 };
    if (this.#holder === name) return { ...seen.value, durationMs, renewedAt: date };
    this.#heldUntil = -Infinity;
    const isFree = this.#holder === '' || now - (this.#seen?.at ?? now) >= seen.value.durationMs;
    return isFree ? { holder: name, durationMs, acquiredAt: date, renewedAt: date, transitions: seen.value.transitions + 1 } : undefined;
  }

  /** What `next` said at `asked` was written. */
  wrote({ holder, transitions }: LeaseRecord, asked: number): void {
    this.#holder = holder;
    this.#transitions = transitions;
    this.#heldUntil = asked + this.#options.holdMs;
  }

  /** What to write to give it back. It counts as given back from now on, written or not. */
  release(seen: SeenLease | undefined): LeaseRecord | undefined {
    this.#heldUntil = -Infinity;
    return seen?.value.holder === this.#options.name ? { ...seen.value, holder: '' } : undefined;
  }
}
