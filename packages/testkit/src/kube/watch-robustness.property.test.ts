import { type ObjectChange, Reflector, type ReflectorNews, type ReflectorTiming } from '@firsthop/kube';
import { describe, expect, it } from 'vitest';
import { HostileApiServer, innocent, type Malice, type StoredObject } from './hostile-api-server.ts';
import { VirtualClock } from './virtual-clock.ts';

/** Mulberry32. */
const seeded = (seed: number) => {
  let state = seed >>> 0;
  return (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const pods = { group: '', version: 'v1', plural: 'pods' };
const minute = 60_000;

interface Outcome {
  /** Folded from what was told. */
  readonly told: ReadonlyMap<string, number>;
  readonly there: ReadonlyMap<string, number>;
  /** Something was told that had been told before. */
  readonly isRepeated: boolean;
  readonly news: readonly ReflectorNews[];
}

interface Variant {
  readonly timing?: Partial<ReflectorTiming>;
  /** What the server does not do. */
  readonly without?: Partial<Malice>;
  /** It is never restored from a backup. */
  readonly isSafe?: boolean;
}

const share = (random: () => number): number => (random() < 0.5 ? 0 : random() * 0.3);

const run = async (seed: number, { timing = {}, without = {}, isSafe = false }: Variant = {}): Promise<Outcome> => {
  const random = seeded(seed);
  const clock = new VirtualClock(random);
  const server = new HostileApiServer(clock, random);
  const told = new Map<string, number>();
  const news: ReflectorNews[] = [];
  let isRepeated = false;
  const onChange = ({ uid, now }: ObjectChange<number>): void => {
    isRepeated ||= told.get(uid) === now;
    if (now === undefined) told.delete(uid);
    else told.set(uid, now);
  };
  const reflector = new Reflector<number>({ api: server, resource: pods, clock, keep: (object) => (object as StoredObject).value, onChange, onNews: (one) => void news.push(one), timing: { pageSize: 3, ...timing } });
  for (let i = random() * 8; i > 0; i--) server.create(i);
  const stop = new AbortController();
  const following = reflector.follow(stop.signal);
  const malice: Malice = { refuse: share(random), expire: share(random), silent: share(random) / 3, end: share(random), repeat: share(random), exchange: share(random), leaveOut: share(random) / 3, nonsense: share(random) };
  server.malice = { ...malice, ...without };
  for (let step = 0; step < 25; step++) {
    const [dice, which] = [random(), Math.floor(random() * 100)];
    if (dice < 0.3) server.create(step);
    else if (dice < 0.55) server.modify(which, step);
    else if (dice < 0.65) server.modify(which, undefined);
    else if (dice < 0.8) server.delete(which);
    else if (dice < 0.86) server.compact();
    else if (dice < 0.9) server.backUp();
    else if (dice < 0.92 && !isSafe) server.restore();
    await clock.pass(random() < 0.7 ? random() * 200 : random() * minute);
  }
  server.malice = innocent;
  // Every sixth look is a thorough one.
  await clock.pass(100 * minute);
  stop.abort(new Error('over'));
  await clock.pass(1);
  await following;
  return { told, there: new Map(Array.from(server.objects.values(), ({ metadata, value }) => [metadata.uid, value])), isRepeated, news };
};

const isTrue = ({ told, there }: Outcome): boolean => told.size === there.size && [...there].every(([uid, value]) => told.get(uid) === value);

const schedules = process.env['FIRSTHOP_FULL'] === '1' ? 10_000 : 150;
const base = Number(process.env['FIRSTHOP_SEED'] ?? 1);

describe('an API server that cannot be relied on', () => {
  it(`is known as it is in the end, in ${schedules} random schedules (seed ${base})`, { timeout: 600_000 }, async () => {
    const met = new Set<string>();
    for (let i = 0; i < schedules; i++) {
      const outcome = await run(base * 1_000_003 + i);
      for (const { kind } of outcome.news) met.add(kind);
      if (!isTrue(outcome) || outcome.isRepeated) expect.fail(`schedule ${i}: ${JSON.stringify({ ...outcome, told: [...outcome.told], there: [...outcome.there] })}`);
    }
    expect([...met].sort()).toEqual(['fault', 'gap', 'listed', 'malformed', 'silence']);
  });

  const fails = async (variant: Variant): Promise<boolean> => {
    for (let i = 0; i < 60; i++) if (!isTrue(await run(base * 1_000_003 + i, variant))) return true;
    return false;
  };

  const never = 86_400_000;
  /** Of two that were exchanged, the connection may break behind the first. */
  const complete = { leaveOut: 0, exchange: 0 };
  it.each<[string, boolean, Variant]>([
    ['is not where nobody looks for what was left out', true, { timing: { checkMs: never } }],
    ['is where nothing is left out', false, { timing: { checkMs: never }, without: complete, isSafe: true }],
    ['is not where silence is believed', true, { timing: { checkMs: never, silenceMs: never }, without: complete, isSafe: true }],
  ])('%s', { timeout: 120_000 }, async (_, isWrong, variant) => {
    expect(await fails(variant)).toBe(isWrong);
  });

  it('finds a silent gap within 30 seconds, and asks for a list at most once a minute while nothing else works', async () => {
    const clock = new VirtualClock(seeded(base));
    const server = new HostileApiServer(clock, seeded(base + 1));
    const told = new Map<string, number>();
    const onChange = ({ uid, now }: ObjectChange<number>): void => void told.set(uid, now ?? -1);
    const stop = new AbortController();
    const following = new Reflector<number>({ api: server, resource: pods, clock, keep: (object) => (object as StoredObject).value, onChange, onNews: () => {} }).follow(stop.signal);
    await clock.pass(1000);
    server.malice = { ...innocent, silent: 1 };
    await clock.pass(minute);
    server.create(1);
    server.malice = innocent;
    await clock.pass(30_000);
    expect(told.get('uid-0')).toBe(1);
    server.malice = { ...innocent, refuse: 1 };
    await clock.pass(10 * minute);
    const before = server.lists;
    await clock.pass(60 * minute);
    // Half a minute to a minute apart, and a look at all versions now and then.
    expect(server.lists - before).toBeLessThan(100);
    server.malice = innocent;
    server.create(2);
    await clock.pass(2 * minute);
    expect(told.get('uid-1')).toBe(2);
    stop.abort(new Error('over'));
    await following;
  });
});
