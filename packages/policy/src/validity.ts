/**
 * When a policy holds: `expiresAt` and `schedule` of our own kinds.
 *
 * @module
 */

/** 0 is Sunday, as in JavaScript's dates. */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** A daily window. `last` before `first` goes on past midnight, and belongs to the day on which it began. */
export interface Schedule {
  /** IANA zone, `Europe/Berlin`. */
  readonly zone: string;
  /** Those on which a window begins. */
  readonly days: ReadonlySet<Weekday>;
  /** Minutes since midnight, 0..1439, included. */
  readonly first: number;
  /** Minutes since midnight, 1..1440, excluded. */
  readonly end: number;
}

export interface Validity {
  /** Milliseconds since 1970, UTC; from this moment on the policy is absent. */
  readonly expiresAt?: number;
  readonly schedule?: Schedule;
}
