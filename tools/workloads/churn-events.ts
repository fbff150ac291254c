/**
 * The events of churn as Kubernetes objects, for another implementation to be fed the same in the same order.
 *
 * @module
 */
import type { Change } from '@firsthop/compiler';
import { formatAddress } from '@firsthop/netaddr';
import { seeded } from '../bench/random.ts';
import { churn } from './churn.ts';
import { decode } from './decode.ts';
import type { KubernetesObject } from './kubernetes-objects.ts';

/** What is there now, or that it is gone. */
export type WatchEvent = { readonly apply: KubernetesObject } | { readonly delete: KubernetesObject };

const nameOf = (change: Change): string => (change.of === 'policy' ? change.key : change.of === 'workload' || change.of === 'namespace' ? change.id : '');

/** As it was written, with what is other now. */
const objectOf = (written: KubernetesObject, { of, now }: Change): KubernetesObject => {
  const metadata = written['metadata'] as KubernetesObject;
  if (of === 'namespace' && now !== undefined) return { ...written, metadata: { ...metadata, labels: Object.fromEntries(now.labels) } };
  if (of !== 'workload' || now === undefined) return written;
  const [podIP] = now.endpoints.flatMap(({ addresses }) => addresses.map(formatAddress));
  return { ...written, metadata: { ...metadata, labels: Object.fromEntries(now.labels) }, status: { ...(written['status'] as KubernetesObject), podIP } };
};

/** `objects`: the cluster before the first of so many events; the same for the same seed. */
export function* churnEvents(objects: readonly KubernetesObject[], seed: number, events: number): Generator<WatchEvent> {
  const changes = objects.map(decode);
  const written = new Map(changes.map((change, i) => [nameOf(change), objects[i] ?? {}]));
  const source = churn(changes, seeded(seed));
  for (let i = 0; i < events; i++) {
    const { value: change } = source.next();
    if (change === undefined) return;
    const object = written.get(nameOf(change));
    if (object === undefined) throw new Error(`${nameOf(change)} is not in the cluster`);
    const { apiVersion, kind, metadata } = object;
    yield change.now === undefined ? { delete: { apiVersion, kind, metadata } } : { apply: objectOf(object, change) };
  }
}
