/** Law: a hundred thousand rules, or a thousand tiers, change no verdict, and a question to them no longer takes. */
import { Atlas } from '@firsthop/analysis';
import { canonicalJson } from '@firsthop/base';
import { formatAddress } from '@firsthop/netaddr';
import { decidingAt, evaluate, type World } from '@firsthop/policy';
import { expect, it } from 'vitest';
import { byLabel, byPort, byPrefix, closeProbe, isolated, manyTiers, mixed, oneTier } from './large-worlds.ts';

/** On two cores under load; alone it is a fifth of that. */
const SENSIBLE_MS = 30_000;

const plain = (value: unknown): string => canonicalJson(JSON.parse(JSON.stringify(value)));

/** `probes`: as many as the evaluator answers in some seconds. */
const cases: readonly { readonly name: string; readonly large: () => World; readonly probes: number; readonly decided: readonly string[] }[] = [
  { name: '100,000 rules by prefix', large: () => oneTier(byPrefix), probes: 36, decided: ['rule allow', 'rule drop', 'rule reject'] },
  { name: '100,000 rules by label', large: () => oneTier(byLabel), probes: 12, decided: ['rule allow', 'workloadDefault allow'] },
  { name: '100,000 rules by port', large: () => oneTier(byPort), probes: 36, decided: ['rule allow', 'rule drop', 'rule reject'] },
  { name: '100,000 rules of all kinds', large: () => oneTier(mixed), probes: 10, decided: ['rule allow', 'rule drop', 'rule reject'] },
  { name: '100,000 rules of NetworkPolicies, by prefix', large: () => isolated(byPrefix), probes: 24, decided: ['rule allow', 'isolated drop'] },
  { name: '1,000 tiers, 30,000 policies, 41,250 rules', large: manyTiers, probes: 12, decided: ['rule allow', 'tierDefault drop'] },
];

it.each(cases)('$name', { timeout: 300_000 }, ({ name, large, probes, decided }) => {
  const world = large();
  const worlds = new Map([[world.cluster, world]]);
  const begin = performance.now();
  const atlas = new Atlas(decidingAt(worlds, undefined));
  const asked = Array.from({ length: probes }, (_, n) => closeProbe(n));
  const verdicts = asked.map((probe) => atlas.verdict(probe));
  const took = performance.now() - begin;
  const reasons = new Set<string>();
  for (const [n, probe] of asked.entries()) {
    const { monitor: _, ...expected } = evaluate(worlds, probe);
    reasons.add(`${expected.ingress?.reason} ${expected.ingress?.verdict}`);
    const is = plain(verdicts[n]);
    if (is !== plain(expected)) expect({ n, from: formatAddress(probe.source.address), to: formatAddress(probe.destination.address), is }).toEqual({ is: plain(expected) });
  }
  console.log(`${name}: ${probes} verdicts in ${Math.round(took)} ms, by the evaluator in ${Math.round(performance.now() - begin - took)} ms; ${[...reasons].sort().join(', ')}`);
  for (const reason of decided) expect(reasons).toContain(reason);
  expect(took).toBeLessThan(SENSIBLE_MS);
});
