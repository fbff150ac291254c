/**
 * How large a policy is once the groups that it names are put in: what the quotas are about.
 *
 * @module
 */
import type { Policy } from './policy.ts';
import type { Peer, Rule } from './rule.ts';

/** Of one rule, or of all rules of a policy and its subjects together. */
export interface Weight {
  /** Everything that a peer is found by, but for the blocks that stand alone: selectors, services, nodes, names; blocks inside `not` and `every`. */
  readonly selectors: number;
  /** CIDRs and their exceptions. */
  readonly blocks: number;
  readonly ports: number;
}

const nothing: Weight = { selectors: 0, blocks: 0, ports: 0 };

const sum = (weights: readonly Weight[]): Weight =>
  weights.reduce((all, one) => ({ selectors: all.selectors + one.selectors, blocks: all.blocks + one.blocks, ports: all.ports + one.ports }), nothing);

/**
 * A group is one object in all the places that name it. Without this, ten thousand rules that name a group of ten thousand members would be a hundred million
 * steps to find out that they are too many.
 */
const known = { alone: new WeakMap<Peer, Weight>(), inside: new WeakMap<Peer, Weight>() };

const weighParts = (peer: Peer, isAlone: boolean): Weight => {
  switch (peer.kind) {
    case 'some':
      return sum(peer.peers.map((one) => weighPeer(one, isAlone)));
    case 'every':
      return sum(peer.peers.map((one) => weighPeer(one, false)));
    case 'not':
      return weighPeer(peer.peer, false);
    case 'cidr':
      return { selectors: isAlone ? 0 : 1, blocks: 1 + peer.except.length, ports: 0 };
    case 'workloads':
    case 'nodes':
    case 'service':
    case 'names':
    case 'group':
      return { selectors: 1, blocks: 0, ports: 0 };
  }
};

/** `isAlone`: an alternative of its own; blocks of a rule that are so become one list of ranges. */
const weighPeer = (peer: Peer, isAlone: boolean): Weight => {
  if (peer.kind !== 'some' && peer.kind !== 'every') return weighParts(peer, isAlone);
  const memory = isAlone ? known.alone : known.inside;
  const weight = memory.get(peer) ?? weighParts(peer, isAlone);
  memory.set(peer, weight);
  return weight;
};

const weighPeers = (peers: readonly Peer[]): Weight => sum(peers.map((peer) => weighPeer(peer, true)));

export const weighRule = ({ peers, ports }: Rule): Weight => ({
  ...(peers.kind === 'set' ? weighPeers(peers.peers) : nothing),
  ports: ports.kind === 'set' ? ports.ports.length : 0,
});

export const weighPolicy = ({ subjects, ingress = [], egress = [] }: Policy): Weight => sum([weighPeers(subjects), ...[...ingress, ...egress].map(weighRule)]);
