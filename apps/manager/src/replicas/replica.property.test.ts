/**
 * Law: managers that look at a directory when they like, one of which numbers, tell positions that are the same for the same content at one time, and that only
 * go forward for each of them; and in the end all have the newest content under the newest number.
 */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LeaseRecord } from './lease.ts';
import type { Numbering } from './numbering.ts';
import { LEASE_MS, Replica } from './replica.ts';
import type { SharedRecord, Versioned } from './shared-record.ts';

class InMemory<T> implements SharedRecord<T> {
  #now: Versioned<T> | undefined;
  isAway = false;

  async read(): Promise<Versioned<T> | undefined> {
    if (this.isAway) throw new Error('nobody answers');
    return await Promise.resolve(this.#now);
  }

  async write(value: T, version: string | undefined): Promise<boolean> {
    if (this.isAway) throw new Error('nobody answers');
    if (this.#now?.version !== version) return false;
    this.#now = { value, version: String(Number(version ?? 0) + 1) };
    return await Promise.resolve(true);
  }
}

/** Contents are few, so that what was there comes back. */
type Step = { readonly act: 'change'; readonly content: string } | { readonly act: 'turn' | 'look' | 'leave'; readonly who: number } | { readonly act: 'pass'; readonly ms: number } | { readonly act: 'reach'; readonly isAway: boolean };
const who = fc.nat(2);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ act: fc.constant('change' as const), content: fc.constantFrom('a', 'b', 'c') }),
  ...[0, 1, 2].map(() => fc.record({ act: fc.constantFrom('turn' as const, 'look' as const), who })),
  fc.record({ act: fc.constant('leave' as const), who }),
  fc.record({ act: fc.constant('pass' as const), ms: fc.oneof(fc.nat(1500), fc.constant(LEASE_MS + 1)) }),
  fc.record({ act: fc.constant('reach' as const), isAway: fc.boolean() }),
);

it('positions mean the same to all, and only go forward', async () => {
  let [told, changes] = [0, 0];
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      let [now, directory] = [0, 'a'];
      const [lease, numbering] = [new InMemory<LeaseRecord>(), new InMemory<Numbering>()];
      const contentOf = new Map<number, string>();
      const last = [0, 1, 2].map(() => ({ content: '', number: 0 }));
      const faults: string[] = [];
      const replicas = [0, 1, 2].map(
        (i) =>
          new Replica({
            name: `m${i}`,
            incarnation: 'x',
            lease,
            numbering,
            epoch: 0,
            onPosition: ({ content, number }) => {
              told++;
              expect(number).toBeGreaterThanOrEqual(last[i]?.number ?? 0);
              expect(contentOf.get(number) ?? content).toBe(content);
              contentOf.set(number, content);
              last[i] = { content, number };
            },
            onFault: (fault) => faults.push(fault),
            now: () => now,
            date: () => now,
          }),
      );
      for (const one of steps) {
        if (one.act === 'change') directory = one.content;
        else if (one.act === 'pass') now += one.ms;
        else if (one.act === 'reach') lease.isAway = numbering.isAway = one.isAway;
        else if (one.act === 'look') replicas[one.who]?.see(directory);
        else if (one.act === 'leave') await replicas[one.who]?.leave();
        else await replicas[one.who]?.turn();
        expect(replicas.filter((replica) => replica.status().writes).length).toBeLessThanOrEqual(1);
      }
      lease.isAway = numbering.isAway = false;
      for (let i = 0; i < 30; i++) {
        now += 1000;
        for (const replica of replicas) {
          replica.see(directory);
          await replica.turn();
        }
      }
      const newest = replicas[0]?.status().newest;
      expect(last).toEqual([0, 1, 2].map(() => ({ content: directory, number: newest })));
      changes += newest ?? 0;
    }),
    { numRuns: 500 },
  );
  expect(told).toBeGreaterThan(1000);
  expect(changes).toBeGreaterThan(500);
});

it('who takes the lease over, and sees what was there before, does not take it for new', async () => {
  let now = 0;
  const [lease, numbering] = [new InMemory<LeaseRecord>(), new InMemory<Numbering>()];
  const told: [string, string, number][] = [];
  const [one, other] = ['one', 'other'].map((name) => new Replica({ name, incarnation: 'x', lease, numbering, epoch: 0, onPosition: ({ content, number }) => told.push([name, content, number]), onFault: (fault) => expect(fault).toBe(''), now: () => now, date: () => now })) as [Replica, Replica];
  other.see('old');
  for (const content of ['old', 'new']) {
    one.see(content);
    await one.turn();
  }
  await other.turn();
  await one.leave();
  for (let i = 0; i < 14; i++, now += 1000) await other.turn();
  expect(told).toEqual([['one', 'old', 1], ['one', 'new', 2], ['other', 'old', 1]]);
  expect(other.status()).toMatchObject({ writes: true, newest: 2 });
  // It still sees it: somebody put it back.
  for (let i = 0; i < 4; i++, now += 1000) await other.turn();
  expect(told.at(-1)).toEqual(['other', 'old', 3]);
});
