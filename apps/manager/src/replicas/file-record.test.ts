import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { z } from 'zod';
import { FileRecord } from './file-record.ts';

const folder = mkdtempSync(join(tmpdir(), 'firsthop-record-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const record = (name: string): FileRecord<number> => new FileRecord(folder, name, z.number());

it('of several that add to what they read, each addition counts once', async () => {
  const add = async (to: FileRecord<number>): Promise<void> => {
    for (let done = 0; done < 25; ) {
      const seen = await to.read();
      if (await to.write((seen?.value ?? 0) + 1, seen?.version)) done++;
    }
  };
  await Promise.all([1, 2, 3, 4].map(() => add(record('sum'))));
  expect(await record('sum').read()).toEqual({ value: 100, version: '100' });
  const files = readdirSync(folder).filter((name) => name.startsWith('sum.'));
  expect([files.length, readdirSync(folder).filter((name) => name.startsWith('draft'))]).toEqual([16, []]);
});

it('what is not there yet is written by one alone', async () => {
  expect(await record('first').read()).toBeUndefined();
  expect((await Promise.all([1, 2, 3].map((value) => record('first').write(value, undefined)))).filter(Boolean)).toHaveLength(1);
});

it('who is late by one or by very many changes nothing, and does not believe that it did', async () => {
  const one = record('late');
  for (let i = 0; i < 40; i++) await one.write(i, i === 0 ? undefined : String(i));
  expect(await record('late').write(-1, '39')).toBe(false);
  for (const version of [undefined, '3']) await expect(record('late').write(-1, version)).rejects.toThrow(/too late/);
  expect(await one.read()).toEqual({ value: 39, version: '40' });
  expect(await one.write(40, '40')).toBe(true);
  expect((await one.read())?.value).toBe(40);
});

it('what is damaged is a fault, and not nothing', async () => {
  await record('text').write('no number' as unknown as number, undefined);
  await expect(record('text').read()).rejects.toThrow();
});
