/**
 * What the clocks of an IANA zone show. Plain ECMAScript knows the zones and their changes; nothing is kept.
 *
 * @module
 */
export interface WallClock {
  /** 0 is Sunday. */
  readonly day: number;
  /** Minutes since midnight, 0..1439. */
  readonly minute: number;
  /** Milliseconds that the zone is ahead of UTC. */
  readonly offset: number;
}

export const isZone = (name: string): boolean => {
  // Intl takes bare offsets too, which know no summer time and are no zones.
  if (!/^[A-Za-z][\w+-]*(?:\/[A-Za-z][\w+-]*)*$/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

export const zonedClock = (zone: string): ((at: number) => WallClock) => {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type as string, Number(value)]));
    const part = (name: string): number => parts.get(name) ?? 0;
    const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
    return { day: new Date(shown).getUTCDay(), minute: part('hour') * 60 + part('minute'), offset: shown - Math.floor(at / 1000) * 1000 };
  };
};
