/** Law: whatever the kernel's counters do, a total never goes back and never counts twice; read before and after each deletion, it is the truth. */
import type { Count } from '@firsthop/dataplane';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { CounterLedger } from './counter-ledger.ts';

type Step = { readonly do: 'count'; readonly packets: number } | { readonly do: 'read' } | { readonly do: 'remake' } | { readonly do: 'remove' } | { readonly do: 'restart' } | { readonly do: 'restart, and a part is gone' } | { readonly do: 'reboot' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('count' as const), packets: fc.integer({ min: 1, max: 1000 }) }),
  fc.constantFrom({ do: 'read' as const }, { do: 'remake' as const }, { do: 'remove' as const }, { do: 'restart' as const }, { do: 'restart, and a part is gone' as const }, { do: 'reboot' as const }),
);

interface Reader {
  take(reading: ReadonlyMap<string, Count>, at: number): void;
  packets(): number;
  /** Another agent takes over what is kept. */
  restart(isSameKernel: boolean): void;
}

/** `trusts`: that a kernel which is the same has everything that was read. */
const ledgerThat = (trusts: (isSameKernel: boolean) => boolean): Reader => {
  let real = new CounterLedger();
  return {
    take: (reading, at) => real.take(reading, at),
    packets: () => real.totals().get('a')?.packets ?? 0,
    restart: (isSameKernel) => {
      const next = new CounterLedger();
      next.resume(real.kept(new Map()), trusts(isSameKernel));
      real = next;
    },
  };
};
const ledger = (): Reader => ledgerThat((isSameKernel) => isSameKernel);
/** As one may first do it: what is kept is a sum, and what the kernel has is added to it. */
const summing = (): Reader => ledgerThat(() => false);
/** As `/counters` was before: whatever the kernel says. */
const plain = (): Reader => {
  let last = 0;
  return { take: (reading) => void (last = reading.get('a')?.packets ?? 0), packets: () => last, restart: () => void (last = 0) };
};
/** As one may first mend it: a counter that is there is added up. */
const adding = (): Reader => {
  let sum = 0;
  return { take: (reading) => void (sum += reading.get('a')?.packets ?? 0), packets: () => sum, restart: () => undefined };
};

/** The first law that a run of steps breaks. */
const broken = (reader: Reader, steps: readonly Step[], readsAround: boolean): 'back' | 'twice' | 'missed' | undefined => {
  let [truth, counter, shown] = [0, 0 as number | undefined, 0];
  for (const [at, one] of [...steps, { do: 'read' as const }].entries()) {
    const read = (): void => reader.take(new Map(counter === undefined ? [] : [['a', { packets: counter, bytes: counter * 60 }]]), at);
    if (one.do === 'count') {
      counter = (counter ?? 0) + one.packets;
      truth += one.packets;
    } else if (one.do === 'restart' || one.do === 'restart, and a part is gone' || one.do === 'reboot') {
      // The last one reads before it ends, and the next one when it begins.
      if (readsAround) read();
      if (one.do === 'reboot') counter = undefined;
      if (one.do === 'restart, and a part is gone' && counter !== undefined) counter = counter >> 1;
      reader.restart(one.do !== 'reboot');
      if (readsAround) read();
    } else {
      const isGone = one.do !== 'read';
      if (!isGone || readsAround) read();
      if (isGone) counter = one.do === 'remake' ? 0 : undefined;
      if (isGone && readsAround) reader.take(new Map(counter === undefined ? [] : [['a', { packets: 0, bytes: 0 }]]), at);
    }
    if (reader.packets() < shown) return 'back';
    if (reader.packets() > truth) return 'twice';
    shown = reader.packets();
  }
  return readsAround && shown !== truth ? 'missed' : undefined;
};

const runs = fc.tuple(fc.array(step, { maxLength: 30 }), fc.boolean());
const found = (make: () => Reader): ReadonlySet<string | undefined> => new Set(fc.sample(runs, { numRuns: 500, seed: 7 }).map(([steps, readsAround]) => broken(make(), steps, readsAround)));

it('a total never goes back, never counts twice, and misses nothing that was read', () => {
  fc.assert(fc.property(runs, ([steps, readsAround]) => {
    expect(broken(ledger(), steps, readsAround)).toBeUndefined();
  }), { numRuns: 2000 });
});

it('the naive ways are caught', () => {
  expect(found(plain)).toContain('back');
  expect(found(adding)).toContain('twice');
  expect(found(summing)).toContain('twice');
});

it('the last hit is the last increase, and not the last reading', () => {
  const one = new CounterLedger();
  for (const [at, packets] of [[1, 0], [2, 5], [3, 5], [4, 2], [5, 2]] as const) one.take(new Map([['a', { packets, bytes: packets }]]), at);
  expect(one.totals().get('a')).toEqual({ packets: 7, bytes: 7, connections: 0, lastHit: 4 });
  one.begun('b', 9);
  expect(one.totals().get('b')).toEqual({ packets: 0, bytes: 0, connections: 1, lastHit: 9 });
});
