import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Heartbeat } from './heartbeat.ts';

it('looks at everybody once a beat, and at few at a time', async () => {
  const all = new Map(Array.from({ length: 500 }, (_, i) => [i, i]));
  const seen = new Map<number, number[]>();
  const begun = performance.now();
  let [inTurn, most] = [0, 0];
  const heart = new Heartbeat<number>(500, {
    all: () => all.values(),
    size: () => all.size,
    each: (one) => {
      if (inTurn++ === 0) setImmediate(() => ([most, inTurn] = [Math.max(most, inTurn), 0]));
      seen.set(one, [...(seen.get(one) ?? []), performance.now() - begun]);
    },
  });
  await delay(200);
  // Somebody comes, and somebody goes.
  all.set(1000, 1000);
  all.delete(499);
  await delay(1500);
  heart.stop();
  expect(seen.get(1000)?.length).toBeGreaterThan(0);
  expect(seen.has(499)).toBe(false);
  for (const times of seen.values()) {
    expect(times.length).toBeGreaterThan(0);
    for (const [i, at] of times.entries()) if (i > 0) expect(at - (times[i - 1] ?? 0)).toBeGreaterThan(400);
  }
  expect(most).toBeLessThan(50);
});

it('beats for one as for many', async () => {
  let beats = 0;
  const heart = new Heartbeat<number>(40, { all: () => [1], size: () => 1, each: () => void beats++ });
  await delay(300);
  heart.stop();
  expect(beats).toBeGreaterThan(2);
  expect(beats).toBeLessThan(9);
});
