/**
 * Where the policies of a view cut the address space: two addresses between the same two cuts are the same to every prefix.
 *
 * @module
 */
import { type Address, cidrRange, compareAddresses, nextAddress } from '@firsthop/netaddr';
import type { NameAnswers, Peer, View } from '@firsthop/policy';

const boundariesOf = (first: Address, last: Address): Address[] => {
  const behind = nextAddress(last);
  return behind === undefined ? [first] : [first, behind];
};

function* prefixesIn(peer: Peer): Generator<Address> {
  switch (peer.kind) {
    case 'cidr':
      for (const cidr of [peer.cidr, ...peer.except]) {
        const { first, last } = cidrRange(cidr);
        yield* boundariesOf(first, last);
      }
      return;
    case 'every':
    case 'some':
      for (const one of peer.peers) yield* prefixesIn(one);
      return;
    case 'not':
      yield* prefixesIn(peer.peer);
      return;
    case 'workloads':
    case 'nodes':
    case 'service':
    case 'names':
    case 'group':
  }
}

/** The number of cuts at or below an address: equal numbers, the same to every prefix, DNS answer and node. */
export type CutIndex = (address: Address) => number;

export const cutIndexOf = ({ policies, nodes }: View, names: NameAnswers): CutIndex => {
  const cuts = new Set<Address>();
  for (const { ingress, egress } of policies)
    for (const { peers } of [...(ingress ?? []), ...(egress ?? [])]) for (const peer of peers.kind === 'set' ? peers.peers : []) for (const cut of prefixesIn(peer)) cuts.add(cut);
  for (const address of [...[...names.values()].flat(), ...nodes.flatMap((node) => node.addresses)]) for (const cut of boundariesOf(address, address)) cuts.add(cut);
  const sorted = [...cuts].sort(compareAddresses);
  return (address) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const cut = sorted[middle];
      if (cut !== undefined && compareAddresses(cut, address) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };
};
