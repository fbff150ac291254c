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

const matcher = ({ matchLabels = {} }: Selector): ((labels: Labels) => boolean) => {
  const asked = Object.entries(matchLabels);
  return (labels) => asked.every(([key, value]) => labels[key] === value);
};

/** Equal questions are answered once. */
const remembered = (answer: (home: string, peer: Peer) => number): typeof answer => {
  const known = new Map<string, number>();
  return (home, peer) => {
    const key = JSON.stringify([home, peer]);
    const count = known.get(key) ?? answer(home, peer);
    known.set(key, count);
    return count;
  };
};

const middle = (sizes: readonly number[]): { readonly mean: number; readonly median: number } => ({
  mean: sizes.reduce((sum, one) => sum + one, 0) / sizes.length,
  median: [...sizes].sort((a, b) => a - b)[sizes.length >> 1] ?? Number.NaN,
});

export const shapeOf = (objects: readonly KubernetesObject[]): Shape => {
  const of = (kind: string): Placed[] => (objects as unknown as readonly Placed[]).filter((one) => one.kind === kind);
  const [pods, namespaces, policies] = [of('Pod'), of('Namespace'), of('NetworkPolicy')];
  const byHome = Map.groupBy(pods, ({ metadata }) => metadata.namespace);
  const within = remembered((home, { podSelector = {} }) => {
    const matches = matcher(podSelector);
    return (byHome.get(home) ?? []).filter(({ metadata }) => matches(metadata.labels)).length;
  });
  const across = remembered((_, { podSelector = {}, namespaceSelector = {} }) => {
    const matches = matcher(namespaceSelector);
    return namespaces.filter(({ metadata }) => matches(metadata.labels)).reduce((sum, { metadata }) => sum + within(metadata.name, { podSelector }), 0);
  });
  const found = (home: string, peer: Peer): number => (peer.namespaceSelector === undefined ? within(home, peer) : across('', peer));
  const peers = policies.flatMap(({ metadata, spec }) => [...(spec.ingress ?? []).flatMap(({ from }) => from), ...(spec.egress ?? []).flatMap(({ to }) => to)].map((peer) => ({ peer, home: metadata.namespace })));
  return {
    pods: pods.length,
    namespaces: namespaces.length,
    policies: policies.length,
    peers: peers.length,
    localPods: middle(policies.map(({ metadata, spec }) => within(metadata.namespace, { podSelector: spec.podSelector }))),
    peerPods: middle(peers.filter(({ peer }) => peer.ipBlock === undefined).map(({ peer, home }) => found(home, peer))),
  };
};
