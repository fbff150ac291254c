/**
 * The shape of a cluster as it is told of real ones: how many pods policies govern, and how many their peers' selectors find. Counted from the objects alone,
 * by matching labels, with nothing of the compiler's.
 *
 * @module
 */
import type { KubernetesObject, Labels } from './kubernetes-objects.ts';

interface Selector {
  readonly matchLabels?: Labels;
}
interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: object;
}
interface Placed {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels: Labels };
  readonly spec: { readonly podSelector: Selector; readonly ingress?: readonly { readonly from: readonly Peer[] }[]; readonly egress?: readonly { readonly to: readonly Peer[] }[] };
}

export interface Shape {
  readonly pods: number;
  readonly namespaces: number;
  readonly policies: number;
  readonly peers: number;
  /** Of all policies, and of all peers with a selector. */
  readonly localPods: { readonly mean: number; readonly median: number };
  readonly peerPods: { readonly mean: number; readonly median: number };
}

const matches = ({ matchLabels = {} }: Selector, labels: Labels): boolean => Object.entries(matchLabels).every(([key, value]) => labels[key] === value);

const middle = (sizes: readonly number[]): { readonly mean: number; readonly median: number } => ({
  mean: sizes.reduce((sum, one) => sum + one, 0) / sizes.length,
  median: [...sizes].sort((a, b) => a - b)[sizes.length >> 1] ?? Number.NaN,
});

export const shapeOf = (objects: readonly KubernetesObject[]): Shape => {
  const of = (kind: string): Placed[] => (objects as unknown as readonly Placed[]).filter((one) => one.kind === kind);
  const [pods, namespaces, policies] = [of('Pod'), of('Namespace'), of('NetworkPolicy')];
  const byHome = Map.groupBy(pods, ({ metadata }) => metadata.namespace);
  const within = (home: string, selector: Selector): number => (byHome.get(home) ?? []).filter(({ metadata }) => matches(selector, metadata.labels)).length;
  const known = new Map<string, number>();
  const found = (home: string, { podSelector = {}, namespaceSelector }: Peer): number => {
    const key = JSON.stringify([namespaceSelector === undefined ? home : '', podSelector, namespaceSelector]);
    const homes = namespaceSelector === undefined ? [home] : namespaces.filter(({ metadata }) => matches(namespaceSelector, metadata.labels)).map(({ metadata }) => metadata.name);
    const count = known.get(key) ?? homes.reduce((sum, one) => sum + within(one, podSelector), 0);
    known.set(key, count);
    return count;
  };
  const peers = policies.flatMap(({ metadata, spec }) => [...(spec.ingress ?? []).flatMap(({ from }) => from), ...(spec.egress ?? []).flatMap(({ to }) => to)].map((peer) => ({ peer, home: metadata.namespace })));
  return {
    pods: pods.length,
    namespaces: namespaces.length,
    policies: policies.length,
    peers: peers.length,
    localPods: middle(policies.map(({ metadata, spec }) => within(metadata.namespace, spec.podSelector))),
    peerPods: middle(peers.filter(({ peer }) => peer.ipBlock === undefined).map(({ peer, home }) => found(home, peer))),
  };
};
