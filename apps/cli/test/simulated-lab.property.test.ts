/** The same without root: real managers and agents, whose batches a kernel on paper executes. */
import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { askAll, probes, type Result, scenarios } from './scenarios.ts';

describe(`${scenarios.length} scenarios, ${probes.length} probes: verify and the simulated kernel agree`, () => {
  let [said, seen] = [new Map<string, Result>(), new Map<string, Result>()];
  beforeAll(() => {
    said = askAll(['verify']);
    seen = askAll(['lab', 'run', '--kernel', 'simulated']);
  }, 180_000);

  it.each(probes.map(({ id }) => id))('%s', (id) => {
    const [expected, found] = [said.get(id), seen.get(id)];
    expect(expected).toBeDefined();
    expect(found).toMatchObject({ verdict: expected?.verdict, observed: false });
    expect(found?.egress).toEqual(expected?.egress);
    // A packet that its own first hop drops never meets the other end's.
    if (expected?.egress === undefined || expected.egress.verdict === 'allow') expect(found?.ingress).toEqual(expected?.ingress);
  });

  it('every verdict and reason occurs', () => {
    const kinds = new Set([...said.values()].flatMap(({ verdict, egress, ingress }) => [verdict, egress?.reason, ingress?.reason]));
    expect([...kinds]).toEqual(expect.arrayContaining(['allow', 'drop', 'reject', 'rule', 'isolated', 'tierDefault', 'workloadDefault', 'ownNode']));
  });
});

it('the demo without root: every cell as the policies say, and it says first that no packet is sent', () => {
  const out = execFileSync('sh', ['-c', `"${process.execPath}" apps/cli/src/main.ts lab up --kernel simulated -f examples/shop --once 2>&1`], { encoding: 'utf8' });
  expect(out.split('\n')[0]).toContain('simulated kernel');
  const [, right, all] = /(\d+) of (\d+) cells/.exec(out) ?? [];
  expect(Number(all)).toBeGreaterThan(500);
  expect(right).toBe(all);
}, 120_000);
