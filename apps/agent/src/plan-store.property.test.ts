/** Law (T3): whatever happens to the files, what is loaded is the last accepted plan, or no plan and the reason; never another one, and nothing throws. */
import { emptyPlan, type NodePlan } from '@firsthop/plan';
import * as fc from 'fast-check';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { PlanStore } from './plan-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'firsthop-store-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'plan.json');
const store = new PlanStore(folder, 'n1');
const runs = process.env['FIRSTHOP_FULL'] === '1' ? 10_000 : 1000;

const planAt = (directory: number): NodePlan => emptyPlan('n1', { epoch: 1, watermarks: new Map([['directory', directory], ['federation', 5]]) });
const fileOf = (plan: NodePlan): Buffer => {
  expect(store.save(plan).ok).toBe(true);
  return readFileSync(path);
};
const generations = 5;
const files = Array.from({ length: generations }, (_, i) => fileOf(planAt(i)));
const last = planAt(generations - 1);
const whole = files.at(-1) as Buffer;

const flips = fc.array(fc.nat(whole.length * 8 - 1), { minLength: 1, maxLength: 8 }).map((bits) => ({
  how: 'bit flips',
  bytes: bits.reduce((bytes, bit) => {
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return bytes;
  }, Buffer.from(whole)),
}));
const cut = fc.nat(whole.length - 1).map((length) => ({ how: 'cut short', bytes: whole.subarray(0, length) }));
const zeroed = fc.nat(whole.length - 1).map((from) => ({ how: 'zeros at its end', bytes: Buffer.concat([whole.subarray(0, from), Buffer.alloc(whole.length - from)]) }));
const older = fc.nat(generations - 2).map((i) => ({ how: 'an older one', bytes: files[i] as Buffer }));
const mixed = fc.tuple(fc.nat(generations - 2), fc.nat(whole.length)).map(([i, at]) => ({ how: 'halves of two', bytes: Buffer.concat([whole.subarray(0, at), (files[i] as Buffer).subarray(at)]) }));
const noise = fc.uint8Array({ maxLength: 400 }).map((bytes) => ({ how: 'noise', bytes: Buffer.from(bytes) }));

/** As one might: whatever parses is the plan. */
const naive = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8').slice(bytes.indexOf('\n') + 1));
  } catch {
    return undefined;
  }
};

it(`${runs} damaged or older files: each is found out`, () => {
  const seen = new Map<string, number>();
  let misled = 0;
  fc.assert(
    fc.property(fc.oneof(flips, cut, zeroed, older, mixed, noise), ({ how, bytes }) => {
      writeFileSync(path, bytes);
      const { plan, accepted, faults } = store.load();
      // Bits may be flipped back, and halves be of one file.
      const isWhole = bytes.equals(whole);
      expect([plan, faults.length]).toEqual(isWhole ? [last, 0] : [undefined, 1]);
      expect(accepted).toEqual(last.revision);
      if (!isWhole) seen.set(how, (seen.get(how) ?? 0) + 1);
      if (!isWhole && naive(bytes) !== undefined) misled++;
    }),
    { numRuns: runs },
  );
  expect(seen.size).toBe(6);
  console.log(`found out: ${[...seen].map(([how, count]) => `${count} ${how}`).join(', ')}; whoever only parses would have taken ${misled}`);
  expect(misled).toBeGreaterThan(runs / 20);
});
