import type { PlanPeer } from './node-plan.ts';

/** What a peer is made of at the bottom. */
export type PeerLeaf = Extract<PlanPeer, { readonly kind: 'any' | 'group' | 'ranges' }>;

/** In order, with repeats. */
export function* peerLeaves(peer: PlanPeer): Generator<PeerLeaf> {
  switch (peer.kind) {
    case 'any':
    case 'group':
    case 'ranges':
      yield peer;
      return;
    case 'every':
    case 'some':
      for (const one of peer.peers) yield* peerLeaves(one);
      return;
    case 'not':
      yield* peerLeaves(peer.peer);
  }
}
