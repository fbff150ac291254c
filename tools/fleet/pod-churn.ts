/**
 * Pods that change: most get another label or address, some go and come.
 *
 * @module
 */
import type { Change } from '@firsthop/compiler';
import type { Workload } from '@firsthop/inventory';
import { ipv4 } from '@firsthop/netaddr';
import type { Random } from '../bench/random.ts';

type PodChange = Extract<Change, { of: 'workload' }>;

/** As they stand, each with what it was at first. */
export interface StandingPods {
  readonly first: readonly Workload[];
  readonly now: (Workload | undefined)[];
}

export const podsOf = (changes: readonly Change[]): StandingPods => {
  const first = changes.flatMap((change) => (change.of === 'workload' && change.now !== undefined ? [change.now] : []));
  return { first, now: [...first] };
};

const firstFree = 0x6440_0000;

const otherwise = (pod: Workload, random: Random): Workload => {
  const kind = random(2);
  if (kind === 0) return { ...pod, labels: new Map([[`app-${1 + random(2)}`, 'scale']]) };
  return { ...pod, endpoints: pod.endpoints.map((endpoint) => ({ ...endpoint, addresses: [ipv4(firstFree + random(1 << 22))] })) };
};

/** Two of three: another label or address. One of three: it goes, or comes again. */
export const podChange = ({ first, now }: StandingPods, random: Random): PodChange => {
  const at = random(first.length);
  const [begun, standing] = [first[at] as Workload, now[at]];
  const next = standing === undefined ? begun : random(3) === 0 ? undefined : otherwise(standing, random);
  now[at] = next;
  return { of: 'workload', id: begun.id, now: next };
};
