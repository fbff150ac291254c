/** The nearest miss is true: with what differs made equal, exactly that rule allows; and where none is named, no rule would have. */
import { type Direction, evaluate, inForce, nearestMiss, type Policy, type Probe, type Rule, type World } from '@firsthop/policy';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { addressOf, cluster, randomWorld } from './random-world.ts';

const probes: readonly Pick<Probe, 'protocol' | 'port' | 'icmp'>[] = [{ protocol: 6, port: 80 }, { protocol: 6, port: 8081 }, { protocol: 17, port: 81 }, { protocol: 132, port: 80 }, { protocol: 1, icmp: { type: 8, code: 0 } }];

/** The world with one rule changed. */
const withRule = (world: World, id: string, change: (rule: Rule) => Rule): World => {
  const edit = (rules: readonly Rule[] | undefined): readonly Rule[] | undefined => rules?.map((rule) => (rule.id === id ? change(rule) : rule));
  return { ...world, policies: world.policies.map((policy): Policy => ({ ...policy, ingress: edit(policy.ingress), egress: edit(policy.egress) })) };
};
const anyPeer = (rule: Rule): Rule => ({ ...rule, peers: { kind: 'any' } });
const anyPort = (rule: Rule): Rule => ({ ...rule, ports: { kind: 'any' } });
const decisionIn = (world: World, probe: Probe, direction: Direction) => evaluate(new Map([[cluster, world]]), probe)[direction];

it('what is named would have allowed, and what is not would not', () => {
  const found = { port: 0, protocol: 0, peer: 0, none: 0 };
  fc.assert(
    fc.property(randomWorld, fc.constantFrom(...probes), fc.constantFrom<Direction>('ingress', 'egress'), fc.nat(7), fc.nat(15), (world, asked, direction, from, to) => {
      if (from === to) return;
      const probe: Probe = { source: { address: addressOf(4, from) }, destination: { address: addressOf(4, to) }, ...asked };
      const decision = decisionIn(world, probe, direction);
      const miss = nearestMiss(new Map([[cluster, world]]), probe, direction);
      if (decision === undefined || decision.verdict === 'allow') return void expect(miss).toBeUndefined();
      const allows = (id: string, ...changes: ((rule: Rule) => Rule)[]): boolean => {
        const now = decisionIn(withRule(world, id, (rule) => changes.reduce((one, change) => change(one), rule)), probe, direction);
        return now?.verdict === 'allow' && now.rule?.id === id;
      };
      if (miss === undefined) {
        found.none++;
        // A rule that names a group or a tier that is not there is no rule to come near to.
        const allowing = world.policies.map((policy) => inForce(policy, world)).flatMap((policy) => (policy[direction] ?? []).filter(({ action, peers, ports }) => action === 'Allow' && peers.kind !== 'none' && ports.kind !== 'none'));
        for (const { id } of allowing) expect(allows(id, anyPeer, anyPort)).toBe(false);
        return;
      }
      found[miss.differs]++;
      const { id } = miss.rule;
      expect(allows(id, anyPeer, anyPort)).toBe(true);
      // A port or a protocol differs alone; a peer perhaps together with them, and its detail says so.
      if (miss.differs !== 'peer') expect(allows(id, anyPort)).toBe(true);
      else if (!miss.detail.includes('; and ')) expect(allows(id, anyPeer)).toBe(true);
      else for (const alone of [anyPeer, anyPort]) expect(allows(id, alone)).toBe(false);
    }),
    { numRuns: 8000 },
  );
  // The rarest kind comes up some twenty times.
  for (const count of Object.values(found)) expect(count).toBeGreaterThan(4);
});
