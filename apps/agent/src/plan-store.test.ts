/** The plan on disk is the one that was saved, or none and a sentence why. */
import { sha256Hex } from '@firsthop/base';
import { emptyPlan, type NodePlan } from '@firsthop/plan';
import { execFileSync } from 'node:child_process';
import { closeSync, fsyncSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PlanStore } from './plan-store.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'firsthop-store-'))));
afterEach(() => rmSync(folder, { recursive: true }));
const file = (): string => join(folder, 'plan.json');
const store = (): PlanStore => new PlanStore(folder, 'n1');
const planAt = (epoch: number, directory = 1): NodePlan => emptyPlan('n1', { epoch, watermarks: new Map([['directory', directory]]) });
const plan = planAt(2);
const saved = { ok: true, value: undefined };
const checked = (body: string, version = '1'): string => `firsthop plan ${version} ${sha256Hex(body)}\n${body}`;

it('gives back what was saved, for its owner alone to read', () => {
  expect(store().save(plan)).toEqual(saved);
  expect(store().load()).toEqual({ plan, accepted: plan.revision, faults: [] });
  expect(statSync(file()).mode & 0o077).toBe(0);
  expect(readdirSync(folder)).toEqual(['accepted.json', 'plan.json']);
});

it('makes its folder when it first saves; there is none before, and nothing to say of it', () => {
  const inside = new PlanStore(join(folder, 'state'), 'n1');
  expect(inside.load()).toEqual({ plan: undefined, accepted: undefined, faults: [] });
  expect(readdirSync(folder)).toEqual([]);
  expect(inside.save(plan)).toEqual(saved);
  expect(inside.load().plan).toEqual(plan);
});

describe('a file that is no plan of ours is not used, and it is said why', () => {
  it.each([
    { name: 'empty', damage: () => '', why: 'its checksum is wrong' },
    { name: 'cut short', damage: (text: string) => text.slice(0, -5), why: 'its checksum is wrong' },
    { name: 'without its first line', damage: (text: string) => text.slice(text.indexOf('\n') + 1), why: 'its checksum is wrong' },
    { name: 'with another byte', damage: (text: string) => text.replace('"n1"', '"n2"'), why: 'its checksum is wrong' },
    { name: 'of zeros', damage: (text: string) => '\0'.repeat(text.length), why: 'its checksum is wrong' },
    { name: 'of another version', damage: () => checked('{}', '2'), why: 'it was written in version 2 of the format, and this agent reads version 1' },
    { name: 'whole, and no JSON', damage: () => checked('{"node":'), why: 'it is not JSON, though its checksum is right' },
    { name: 'whole, and no plan', damage: () => checked('{"node":"n1"}'), why: expect.stringContaining('plan at revision') as string },
    { name: 'whole, and not the plan that it names', damage: (text: string) => checked(text.slice(text.indexOf('\n') + 1).replace(/"digest":"[0-9a-f]{4}/, '"digest":"0000')), why: 'the plan is not the one that its revision names' },
    { name: 'the accepted revision under the name of the plan', damage: () => readFileSync(join(folder, 'accepted.json'), 'utf8'), why: 'its checksum is wrong' },
  ])('$name', ({ damage, why }) => {
    store().save(plan);
    writeFileSync(file(), damage(readFileSync(file(), 'utf8')));
    const { faults, ...rest } = store().load();
    expect(rest).toEqual({ plan: undefined, accepted: plan.revision });
    expect(faults).toEqual([typeof why === 'string' ? `the plan on disk is not used: ${why}` : why]);
  });

  it('of another node', () => {
    expect(new PlanStore(folder, 'n2').save(plan)).toEqual(saved);
    expect(new PlanStore(folder, 'n2').load().faults).toEqual(['the plan on disk is not used: it is of node n1']);
  });

  it('that cannot be read', () => {
    mkdirSync(file());
    expect(store().load().faults).toEqual([expect.stringMatching(/^the plan on disk is not used: it cannot be read: .*EISDIR/)]);
    expect(store().save(plan)).toMatchObject({ ok: false });
  });
});

describe('never older than what was accepted', () => {
  it('a plan from a backup', () => {
    store().save(plan);
    const backup = readFileSync(file());
    store().save(planAt(2, 7));
    writeFileSync(file(), backup);
    expect(store().load()).toEqual({ plan: undefined, accepted: planAt(2, 7).revision, faults: ['the plan on disk is not used: a newer one was accepted already'] });
  });

  it('a loss of power between the two files leaves the newer plan', () => {
    store().save(plan);
    const accepted = readFileSync(join(folder, 'accepted.json'));
    store().save(planAt(2, 7));
    writeFileSync(join(folder, 'accepted.json'), accepted);
    expect(store().load()).toEqual({ plan: planAt(2, 7), accepted: planAt(2, 7).revision, faults: [] });
  });

  it('a damaged memory of it does not cost the plan', () => {
    store().save(plan);
    writeFileSync(join(folder, 'accepted.json'), 'x');
    expect(store().load()).toEqual({ plan, accepted: plan.revision, faults: ['the accepted revision on disk is not used: its checksum is wrong'] });
  });
});

it('a draft that was never finished leaves the older plan in place', () => {
  store().save(plan);
  writeFileSync(`${file()}.new`, 'half of');
  expect(store().load().plan).toEqual(plan);
  store().save(planAt(3));
  expect(store().load().plan?.revision.epoch).toBe(3);
});

describe.runIf(process.getuid?.() === 0)('a disk that does not take it', () => {
  const mount = (...args: readonly string[]): void => void execFileSync('mount', [...args, folder]);
  const big = (epoch: number): NodePlan => emptyPlan('n1', { epoch, watermarks: new Map(Array.from({ length: 200 }, (_, i) => [`source-${'x'.repeat(200)}-${i}`, 1])) });
  afterEach(() => void execFileSync('umount', [folder]));

  it('full: the older plan is there, whole; whoever writes without looking loses it', () => {
    mount('-t', 'tmpfs', '-o', 'size=64k', 'tmpfs');
    expect(store().save(plan)).toEqual(saved);
    writeFileSync(join(folder, 'filler'), Buffer.alloc(32 * 1024));
    expect(store().save(big(3))).toMatchObject({ ok: false, error: expect.stringContaining('ENOSPC') as string });
    expect(store().load()).toEqual({ plan, accepted: plan.revision, faults: [] });
    expect(readdirSync(folder).sort()).toEqual(['accepted.json', 'filler', 'plan.json']);
    // The broken variant: one write, whose answer nobody reads.
    const fd = openSync(`${file()}.naive`, 'w');
    writeSync(fd, checked(JSON.stringify({ ...big(3), revision: [...big(3).revision.watermarks] })));
    fsyncSync(fd);
    closeSync(fd);
    renameSync(`${file()}.naive`, file());
    expect(store().load()).toMatchObject({ plan: undefined, faults: ['the plan on disk is not used: its checksum is wrong'] });
  });

  it('read only', () => {
    mount('-t', 'tmpfs', '-o', 'size=64k', 'tmpfs');
    store().save(plan);
    mount('-o', 'remount,ro', 'tmpfs');
    expect(store().save(planAt(3))).toMatchObject({ ok: false, error: expect.stringContaining('EROFS') as string });
    expect(store().load().plan).toEqual(plan);
  });
});
