/** How patient a reflector is. Milliseconds, where nothing else is said. */
export interface ReflectorTiming {
  /** Objects a page. */
  readonly pageSize: number;
  /** A watch is asked for so long, and up to twice as long. */
  readonly watchSeconds: number;
  /** Nothing heard for so long: asked again from where it was, which costs next to nothing. */
  readonly silenceMs: number;
  readonly longestRetryMs: number;
  /** Lists in a row come no closer than this, in the end. */
  readonly listEveryMs: number;
  /** All versions are looked at so often, more or less. */
  readonly checkMs: number;
  /** What a check finds missing may be on its way. */
  readonly graceMs: number;
}

export const timing: ReflectorTiming = { pageSize: 500, watchSeconds: 300, silenceMs: 25_000, longestRetryMs: 30_000, listEveryMs: 60_000, checkMs: 600_000, graceMs: 10_000 };
