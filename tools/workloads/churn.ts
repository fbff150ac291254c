/**
 * What happens to a cluster all the time: 30 % of the events give a pod other labels, 30 % another address, 30 % take a pod away or bring one, 10 %
 * change a namespace's labels or a policy.
 *
 * @module
 */
import type { Change } from '@firsthop/compiler';
import type { Namespace, Workload } from '@firsthop/inventory';
import { ipv4 } from '@firsthop/netaddr';
import type { Policy } from '@firsthop/policy';
import type { Random } from '../bench/random.ts';

/** What a cluster of `changes` consists of. */
interface Things {
  readonly workloads: Workload[];
  readonly namespaces: { readonly id: string; now: Namespace }[];
  readonly policies: { readonly key: string; now: Policy; isThere: boolean }[];
}

const thingsOf = (changes: readonly Change[]): Things => {
  const things: Things = { workloads: [], namespaces: [], policies: [] };
  for (const change of changes)
    if (change.now === undefined) continue;
    else if (change.of === 'workload') things.workloads.push(change.now);
    else if (change.of === 'namespace') things.namespaces.push({ id: change.id, now: change.now });
    else if (change.of === 'policy') things.policies.push({ key: change.key, now: change.now, isThere: true });
  return things;
};

/** `changes`: the cluster as it is at the beginning. Without end. */
export function* churn(changes: readonly Change[], random: Random): Generator<Change> {
  const { workloads, namespaces, policies } = thingsOf(changes);
  const gone = new Set<number>();
  /** Addresses that nobody had before. */
  let fresh = 0x0b00_0000;
  const pick = <T>(list: readonly T[]): { readonly at: number; readonly one: T } => {
    const at = random(list.length);
    return { at, one: list[at] as T };
  };
  const putWorkload = (at: number, now: Workload): Change => {
    workloads[at] = now;
    gone.delete(at);
    return { of: 'workload', id: now.id, now };
  };
  for (;;) {
    const what = random(100);
    const { at, one } = pick(workloads);
    if (what < 30) {
      const [key = 'app', other = 'app-2'] = [[...one.labels.keys()][0], random(2) === 0 ? 'app-1' : 'app-2'];
      const labels = new Map(one.labels);
      labels.delete(key);
      yield putWorkload(at, { ...one, labels: labels.set(other, 'scale') });
    } else if (what < 60) yield putWorkload(at, { ...one, endpoints: one.endpoints.map((endpoint) => ({ ...endpoint, addresses: [ipv4(fresh++)] })) });
    else if (what < 90) {
      if (gone.has(at)) yield putWorkload(at, { ...one });
      else {
        gone.add(at);
        yield { of: 'workload', id: one.id, now: undefined };
      }
    } else if (what < 95) {
      const { one: namespace } = pick(namespaces);
      namespace.now = { ...namespace.now, labels: new Map(namespace.now.labels).set('round', String(random(4))) };
      yield { of: 'namespace', id: namespace.id, now: namespace.now };
    } else {
      const { one: policy } = pick(policies);
      policy.isThere = !policy.isThere;
      yield { of: 'policy', key: policy.key, now: policy.isThere ? policy.now : undefined };
    }
  }
}
