/** Growth is what this engine makes of its flag: one that ignores it, or that no longer tells of collections, would go unnoticed. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const file = fileURLToPath(new URL('steady-young-heap.ts', import.meta.url));
const MB = 1024 * 1024;

/** Bytes of the young heap after much was made and kept for a moment, in many turns. */
const youngAfterMuch = (begin: string): number =>
  Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', `
      import { getHeapSpaceStatistics } from 'node:v8';
      import { setTimeout as delay } from 'node:timers/promises';
      ${begin}
      const kept = [];
      for (let turn = 0; turn < 200; turn++) {
        kept[turn % 20] = Array.from({ length: 10_000 }, (_, i) => ({ name: 'n' + i, turn }));
        await delay(1);
      }
      console.log(getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size);
    `], { encoding: 'utf8' }),
  );

it('the young heap grows to its size and no further, and would by itself', () => {
  const steady = youngAfterMuch(`const { keepYoungHeapSteady } = await import('${file}'); keepYoungHeapSteady(${8 * MB});`);
  expect(steady).toBe(8 * MB);
  expect(youngAfterMuch('')).toBeGreaterThan(16 * MB);
});
