/** The plan on disk is the one that was saved, or none. */
import { emptyPlan } from '@firsthop/plan';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PlanStore } from './plan-store.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'firsthop-store-'))));
afterEach(() => rmSync(folder, { recursive: true }));
const file = (): string => join(folder, 'plan.json');
const plan = emptyPlan('n1');

it('gives back what was saved, for its owner alone to read', () => {
  new PlanStore(folder).save(plan);
  expect(new PlanStore(folder).load()).toEqual({ plan });
  expect(statSync(file()).mode & 0o077).toBe(0);
  expect(readdirSync(folder)).toEqual(['plan.json']);
});

it('has none at first, and says nothing of it', () => {
  expect(new PlanStore(folder).load()).toEqual({ plan: undefined });
});

describe('a damaged file is no plan, and says so', () => {
  it.each([
    { name: 'empty', damage: () => '' },
    { name: 'cut short', damage: (text: string) => text.slice(0, -5) },
    { name: 'without its checksum', damage: (text: string) => text.slice(text.indexOf('\n') + 1) },
    { name: 'with another byte', damage: (text: string) => text.replace('n1', 'n2') },
    { name: 'of zeros', damage: (text: string) => '\0'.repeat(text.length) },
    { name: 'with the checksum of something else', damage: (text: string) => `${'0'.repeat(64)}${text.slice(64)}` },
  ])('$name', ({ damage }) => {
    new PlanStore(folder).save(plan);
    writeFileSync(file(), damage(readFileSync(file(), 'utf8')));
    expect(new PlanStore(folder).load()).toEqual({ plan: undefined, why: 'its checksum is wrong' });
  });
});

it('a draft that was never finished leaves the older plan in place', () => {
  const store = new PlanStore(folder);
  store.save(plan);
  writeFileSync(`${file()}.new`, 'half of');
  expect(store.load()).toEqual({ plan });
  const next = { ...plan, revision: { ...plan.revision, epoch: 3 } };
  store.save(next);
  expect(store.load().plan?.revision.epoch).toBe(3);
});
