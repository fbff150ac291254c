/** What is given back is gone from the process, and the process goes on: a process of its own, because memory is a whole one's affair. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';

const file = fileURLToPath(new URL('system-memory.ts', import.meta.url));

interface Seen {
  readonly files: number;
  readonly own: number;
}

/** Megabytes before and behind, and whether the process still counts. */
const measure = (giveBack: string): { readonly before: Seen; readonly behind: Seen; readonly sum: number } =>
  JSON.parse(
    execFileSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', `
      import { readFileSync } from 'node:fs';
      const { systemMemory } = await import('${file}');
      const system = systemMemory();
      const of = (key) => Number(new RegExp(key + ':\\\\s+(\\\\d+)').exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
      // Small pieces come from the allocator's own heap; one that is kept above them would hold all of it.
      let pieces = Array.from({ length: 2000 }, () => new Uint8Array(50_000).fill(1));
      const last = new Uint8Array(50_000).fill(1);
      pieces = undefined;
      gc();
      await new Promise((resolve) => setTimeout(resolve, 200));
      const seen = () => ({ files: of('RssFile'), own: of('RssAnon') });
      const before = seen();
      ${giveBack}
      const behind = seen();
      console.log(JSON.stringify({ before, behind, sum: JSON.parse('[1, 2, 3]').map((one) => one + last[0]).reduce((sum, one) => sum + one, 0) }));
    `], { encoding: 'utf8' }),
  ) as ReturnType<typeof measure>;

describe('memory of the host', () => {
  let [given, kept]: ReturnType<typeof measure>[] = [];
  beforeAll(() => {
    [given, kept] = [measure('system.giveBack();'), measure('')];
  });

  it('is given back: what was freed, and what files hold anyway', () => {
    expect(given?.sum).toBe(9);
    expect(given?.behind.own).toBeLessThan((given?.before.own ?? 0) - 50);
    expect(given?.behind.files).toBeLessThan((given?.before.files ?? 0) - 10);
  });

  it('would else be kept', () => {
    expect(kept?.behind.own).toBeGreaterThan((kept?.before.own ?? 0) - 5);
    expect(kept?.behind.files).toBeGreaterThan((kept?.before.files ?? 0) - 5);
  });
});
