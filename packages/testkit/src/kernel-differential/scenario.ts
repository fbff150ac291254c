/**
 * A world for the standing ground, and what is sent in it.
 *
 * @module
 */
import type { Workload } from '@firsthop/inventory';
import type { Family } from '@firsthop/netaddr';
import type { Rule, TieredPolicy, World } from '@firsthop/policy';
import type { WorkloadSelector } from '@firsthop/selector';
import * as fc from 'fast-check';
import { addressOf, randomWorkload, randomWorld } from '../random-world.ts';
import type { Inquiry } from './inquiry.ts';
import { machines, nodeAt, outsiders, pods } from './standing-ground.ts';

export interface Scenario {
  readonly name: string;
  readonly world: World;
  readonly inquiries: readonly Inquiry[];
}

const managed: readonly number[] = [...pods, ...machines].sort((a, b) => a - b);

/** The same pod as everywhere, with an address of each family and on the one node there is. */
export const standing = (workload: Workload, offset: number): Workload => ({
  ...workload,
  node: 'n1',
  hostNetwork: false,
  endpoints: workload.endpoints.map((endpoint) => ({ ...endpoint, addresses: [addressOf(4, offset), addressOf(6, offset)] })),
});

/** What would match nobody matches everybody, and what would be dropped is refused. */
const loud = (rule: Rule): Rule => ({
  ...rule,
  action: rule.action === 'Drop' ? 'Reject' : rule.action,
  peers: rule.peers.kind === 'none' ? { kind: 'any' } : rule.peers,
  ports: rule.ports.kind === 'none' ? { kind: 'any' } : rule.ports,
});

const everybody: WorkloadSelector['labels'] = { requirements: [] };

/** For many, where its tier lets it speak: a policy in a closed tier drops everything, which makes all worlds alike. */
const outspoken = (policy: TieredPolicy): TieredPolicy => ({
  ...policy,
  tier: policy.ref.namespace === undefined ? policy.tier : policy.tier === 'baseline' ? 'baseline' : 'application',
  subjects: policy.subjects.map((peer) => (peer.kind === 'workloads' ? { ...peer, selector: { ...peer.selector, labels: everybody } } : peer)),
  ingress: policy.ingress?.map(loud),
  egress: policy.egress?.map(loud),
});

/** Without what shuts most doors of most worlds: isolation, and a closed default. */
const lively = ({ policies, namespaces, workloads, ...rest }: World): World => ({
  ...rest,
  policies: policies.flatMap((policy) => (policy.form === 'tiered' ? [outspoken(policy)] : [])),
  namespaces: namespaces.map((one) => ({ ...one, enforcement: 'Open' })),
  workloads: workloads.map((one) => ({ ...one, enforcement: 'Open' })),
});

const world: fc.Arbitrary<World> = fc
  .tuple(randomWorld, fc.tuple(...managed.map(randomWorkload)), fc.boolean())
  .map(([plain, all, isLively]) => {
    const stood = { ...plain, workloads: all.map((workload, i) => standing(workload, managed[i] ?? 0)) };
    return isLively ? lively(stood) : stood;
  });

const ends: fc.Arbitrary<Pick<Inquiry, 'from' | 'to'>> = fc.oneof(
  { weight: 6, arbitrary: fc.shuffledSubarray([...managed], { minLength: 2, maxLength: 2 }).map(([from = 0, to = 1]) => ({ from, to })) },
  { weight: 2, arbitrary: fc.record({ from: fc.constantFrom(...outsiders), to: fc.constantFrom(...managed) }) },
  { weight: 2, arbitrary: fc.record({ from: fc.constantFrom(...managed), to: fc.constantFrom(...outsiders) }) },
  { weight: 1, arbitrary: fc.record({ from: fc.constant(nodeAt), to: fc.constantFrom(...managed) }) },
  { weight: 1, arbitrary: fc.record({ from: fc.constantFrom(...managed), to: fc.constant(nodeAt) }) },
);

/** Without 0, at which nobody can listen. */
const ports = [79, 80, 81, 82, 8079, 8080, 8081, 65_535] as const;
/** Unreachable (two codes), advertisement and timestamp; of IPv6 one for experiments. */
const messages: Readonly<Record<Family, readonly { readonly type: number; readonly code: number }[]>> = { 4: [{ type: 3, code: 1 }, { type: 3, code: 2 }, { type: 9, code: 0 }, { type: 13, code: 0 }], 6: [{ type: 150, code: 0 }, { type: 3, code: 1 }] };

const question = (family: Family): fc.Arbitrary<Pick<Inquiry, 'family' | 'protocol' | 'port' | 'icmp'>> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ family: fc.constant(family), protocol: fc.constantFrom('TCP' as const, 'TCP' as const, 'UDP' as const, 'UDP' as const, 'SCTP' as const), port: fc.constantFrom(...ports) }) },
    { weight: 2, arbitrary: fc.constant({ family, protocol: 'ICMP' as const, port: 0 }) },
    { weight: 1, arbitrary: fc.constantFrom(...messages[family]).map((icmp) => ({ family, protocol: 'ICMP' as const, port: 0, icmp })) },
  );

const inquiry: fc.Arbitrary<Inquiry> = fc.tuple(ends, fc.constantFrom<Family[]>(4, 6).chain(question)).map(([between, what]) => ({ ...between, ...what }));

const PROBES = 16;

const arbitrary: fc.Arbitrary<Omit<Scenario, 'name'>> = fc.record({ world, inquiries: fc.array(inquiry, { minLength: PROBES, maxLength: PROBES }) });

/** The same for the same seed; a longer list begins with the shorter one. */
export const randomScenarios = (count: number, seed: number): Scenario[] => fc.sample(arbitrary, { numRuns: count, seed }).map((scenario, i) => ({ name: `scenario ${i} of seed ${seed}`, ...scenario }));
