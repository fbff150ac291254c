/** Law: a prefix or a group that comes changes the class of nobody but those whose class it cuts; where nobody's rules are others, the kernel is told nothing. */
import { Classifier } from '@firsthop/classifier';
import { type Address, type AddressRange, AddressSet, cidrRange, familyOf, ipv4, ipv6, rangeContains } from '@firsthop/netaddr';
import { addressGroupId, type NodePlan, type PlanPeer, type PlanRule, planRuleId } from '@firsthop/plan';
import { RulesetRenderer, stateDigest } from '@firsthop/ruleset';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { planOfWorld } from './plan-of-world.ts';
import { addressOf, nodeNames, randomWorld } from './random-world.ts';

const plans: fc.Arbitrary<NodePlan> = fc.tuple(randomWorld, fc.constantFrom(...nodeNames)).map(([world, node]) => planOfWorld(world, node));

/** Prefixes around the pods, or through them. */
const ranges: fc.Arbitrary<AddressRange> = fc
  .record({ family: fc.constantFrom<(4 | 6)[]>(4, 6), offset: fc.integer({ min: 0, max: 15 }), hosts: fc.integer({ min: 0, max: 6 }) })
  .map(({ family, offset, hosts }) => (hosts === 6 ? cidrRange({ base: family === 4 ? ipv4(0) : ipv6(0n), length: 0 }) : cidrRange({ base: addressOf(family, hosts > 4 ? 0 : (offset >> hosts) << hosts), length: (family === 4 ? 32 : 128) - hosts })));
const members: fc.Arbitrary<readonly Address[]> = fc.subarray([4, 6].flatMap((family) => Array.from({ length: 16 }, (_, i) => addressOf(family as 4 | 6, i))), { minLength: 1 });

/** Whom it is about, and the plan with it: in a rule that no policy group has, so that nobody's rules are others. */
interface Comer {
  readonly has: (address: Address) => boolean;
  readonly into: (plan: NodePlan) => NodePlan;
}
const rule = (peer: PlanPeer): PlanRule => ({ id: planRuleId('feedfeedfeedfeed'), action: 'allow', matches: [{ peers: [peer], services: { kind: 'any' } }], attribution: { reason: 'rule', direction: 'ingress' }, log: false });
const withRule = (plan: NodePlan, peer: PlanPeer): NodePlan => ({ ...plan, rules: new Map([...plan.rules, [rule(peer).id, rule(peer)]]) });
const prefixes: fc.Arbitrary<Comer> = ranges.map((range) => ({ has: (address) => rangeContains(range, address), into: (plan) => withRule(plan, { kind: 'ranges', ranges: [range] }) }));
const groups: fc.Arbitrary<Comer> = members.map((list) => {
  const [id, set] = [addressGroupId('beefbeefbeefbeef'), AddressSet.of(list)];
  return { has: (address) => set.has(address), into: (plan) => withRule({ ...plan, addressGroups: new Map([...plan.addressGroups, [id, { id, members: set }]]) }, { kind: 'group', group: id }) };
});

/** Where something may begin or end: every pod and node, and the edges of the families. */
const places: readonly Address[] = [...[4, 6].flatMap((family) => Array.from({ length: 34 }, (_, i) => addressOf(family as 4 | 6, i))), ipv4(0), ipv4(0xffff_ffff), ipv6(0n), ipv6((1n << 128n) - 1n)];

/** Of each place: the first place of its class. */
const partition = (classifier: Classifier): readonly (Address | undefined)[] => places.map((place) => places.find((other) => classifier.classOf(other) === classifier.classOf(place)));

/** How many addresses kept their class while something came that has them, and how often the kernel was told nothing. */
const stays = (comers: fc.Arbitrary<Comer>, next: (classifier: Classifier) => Classifier, numRuns: number): { readonly kept: number; readonly silent: number } => {
  let [kept, silent] = [0, 0];
  fc.assert(
    fc.property(plans, comers, (plan, { has, into }) => {
      const before = new Classifier();
      before.replace(plan);
      const render = new RulesetRenderer();
      const state = (classifier: Classifier) => render.render({ tables: classifier.tables(), bindings: [], host: { exclusivePrefixes: [] } });
      const digest = stateDigest(state(before).state);
      const [was, addresses, cut] = [new Map(places.map((place) => [place, before.classOf(place)])), [...before.tables().addresses.keys()], new Set<number>()];
      // Of each class: it is had, or it is not.
      const had = new Map<number, boolean>();
      const note = (id: number, is: boolean): void => void ((had.get(id) ?? is) === is ? had.set(id, is) : cut.add(id));
      for (const address of addresses) note(before.classOf(address), has(address));
      for (const { range, class: id } of before.ranges()) for (const place of [range.first, range.last, ...places]) if (familyOf(place) === familyOf(range.first) && rangeContains(range, place)) note(id, has(place));
      const after = next(before);
      after.replace(into(plan));
      const scratch = new Classifier();
      scratch.replace(into(plan));
      expect(partition(after)).toEqual(partition(scratch));
      for (const [place, id] of was) {
        // Who had no class, or is pulled out of a range, gets one.
        if (id === 0 || cut.has(id) || (!addresses.includes(place) && after.isExact(place))) continue;
        expect(after.classOf(place)).toBe(id);
        if (has(place)) kept++;
      }
      // A range that is cut is written as two, of one meaning.
      if (cut.size > 0) return;
      expect(stateDigest(state(after).state)).toBe(digest);
      silent++;
    }),
    { numRuns },
  );
  return { kept, silent };
};

const all = [{ name: 'a prefix', comers: prefixes }, { name: 'a group', comers: groups }];
it.each(all)('$name moves nobody whose class it does not cut', ({ comers }) => {
  const { kept, silent } = stays(comers, (classifier) => classifier, 300);
  expect([kept > 50, silent > 50]).toEqual([true, true]);
});

it.each(all)('but not for a classifier that begins anew: $name', ({ comers }) => {
  /** With a class more in its past, so that its numbers are others. */
  const anew = (): Classifier => {
    const classifier = new Classifier();
    for (let round = 0; round < 3; round++)
      classifier.replace({ node: 'n1', revision: { epoch: 0, watermarks: new Map(), digest: '' }, ownNode: round % 2 === 0 ? [addressOf(4, 12)] : [], addressGroups: new Map(), rules: new Map(), policyGroups: new Map(), endpoints: new Map() });
    return classifier;
  };
  expect(() => stays(comers, anew, 500)).toThrow('Property failed');
});
