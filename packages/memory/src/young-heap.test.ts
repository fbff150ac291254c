/** The flag does what it is for, in the engine that we run: an engine that ignores it would go unnoticed until a container is killed. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const file = fileURLToPath(new URL('young-heap.ts', import.meta.url));

/** Megabytes of the young heap after much was made and kept for a moment. */
const youngAfterMuch = (begin: string): number =>
  Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', `
      import { getHeapSpaceStatistics } from 'node:v8';
      ${begin}
      let kept = [];
      for (let round = 0; round < 6; round++) kept = Array.from({ length: 100_000 }, (_, i) => ({ name: 'n' + i, round }));
      console.log(getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size / 1e6);
    `], { encoding: 'utf8' }),
  );

it('the young heap stays small, and would not by itself', () => {
  expect(youngAfterMuch(`const { keepYoungHeapSmall } = await import('${file}'); keepYoungHeapSmall();`)).toBeLessThan(4);
  expect(youngAfterMuch('')).toBeGreaterThan(16);
});
