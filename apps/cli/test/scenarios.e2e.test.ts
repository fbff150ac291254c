/** What `verify` says of each probe is what the kernel does, for the same reason. */
import { beforeAll, describe, expect, it } from 'vitest';
import { askAll, probes, type Result, scenarios } from './scenarios.ts';

describe(`${scenarios.length} scenarios, ${probes.length} probes: verify and packets agree`, () => {
  let [said, seen] = [new Map<string, Result>(), new Map<string, Result>()];
  beforeAll(() => {
    said = askAll(['verify']);
    seen = askAll(['lab', 'run', '--kernel', 'linux']);
  }, 180_000);

  it.each(probes.map(({ id }) => id))('%s', (id) => {
    const [expected, found] = [said.get(id), seen.get(id)];
    expect(expected).toBeDefined();
    expect(found).toMatchObject({ verdict: expected?.verdict, observed: true });
    expect(found?.egress).toEqual(expected?.egress);
    // A packet that its own first hop drops never meets the other end's.
    if (expected?.egress === undefined || expected.egress.verdict === 'allow') expect(found?.ingress).toEqual(expected?.ingress);
  });

  it('every verdict and reason occurs', () => {
    const kinds = new Set([...said.values()].flatMap(({ verdict, egress, ingress }) => [verdict, egress?.reason, ingress?.reason]));
    expect([...kinds]).toEqual(expect.arrayContaining(['allow', 'drop', 'reject', 'rule', 'isolated', 'tierDefault', 'workloadDefault', 'ownNode']));
  });
});
