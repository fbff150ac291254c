/** Every example is executed: `verify` answers each of its probes as the example says. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Probe {
  readonly id: string;
  readonly expect?: string;
}
interface Report {
  readonly results: readonly { readonly id: string; readonly verdict: string }[];
  readonly warnings: readonly unknown[];
  readonly errors: readonly unknown[];
}

const examples = readdirSync('examples', { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => `examples/${name}`);

it('there are examples', () => expect(examples).toContain('examples/shop'));

describe.each(examples)('%s', (folder) => {
  const file = `${folder}/probes.json`;
  const probes = (): readonly Probe[] => (JSON.parse(readFileSync(file, 'utf8')) as { readonly probes: readonly Probe[] }).probes;

  it('has a README, and probes that each say what they expect', () => {
    expect([existsSync(`${folder}/README.md`), existsSync(file)]).toEqual([true, true]);
    expect(probes().length).toBeGreaterThan(0);
    expect(probes().filter((probe) => !['allow', 'drop', 'reject'].includes(probe.expect ?? '')).map(({ id }) => id)).toEqual([]);
  });

  it('is judged as it expects', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['apps/cli/src/main.ts', 'verify', '-f', folder, '--probes', file, '-o', 'json'], { encoding: 'utf8', maxBuffer: 1 << 26 });
    expect([status, stderr]).toEqual([0, '']);
    const { results, errors, warnings } = JSON.parse(stdout) as Report;
    expect([errors, warnings]).toEqual([[], []]);
    expect(results.map(({ id, verdict }) => `${id}: ${verdict}`)).toEqual(probes().map(({ id, expect: expected }) => `${id}: ${expected}`));
  });
});
