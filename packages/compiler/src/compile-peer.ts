/**
 * Peers of a rule as peers of the plan: selectors become address groups, prefixes become ranges, what hangs on the subject is bound to it.
 *
 * @module
 */
import { cidrRange, mergeRanges, subtractRanges } from '@firsthop/netaddr';
import type { PlanPeer } from '@firsthop/plan';
import type { Peer } from '@firsthop/policy';
import { bindSelector, type SelectableFacts, type WorkloadSelector } from '@firsthop/selector';
import type { PeerGroups } from './peer-groups.ts';

export interface PeerContext {
  readonly groups: PeerGroups;
  readonly subject: Pick<SelectableFacts, 'namespace' | 'namespaceLabels'>;
  /** Prefixes match no pod: how some other systems read NetworkPolicy. */
  readonly sparesPods: boolean;
}

type CidrPeer = Peer & { readonly kind: 'cidr' };

const nobody: PlanPeer = { kind: 'some', peers: [] };

/** Selectors of policies never change; a bound one is asked for again for each subject of the namespace. */
export const boundSelector = ({ selector }: Peer & { readonly kind: 'workloads' }, { subject }: Pick<PeerContext, 'subject'>): WorkloadSelector | undefined => bindSelector(selector, subject);

const prefixes = (peers: readonly CidrPeer[], { sparesPods, groups }: PeerContext): PlanPeer => {
  const ranges: PlanPeer = { kind: 'ranges', ranges: mergeRanges(peers.flatMap(({ cidr, except }) => subtractRanges([cidrRange(cidr)], except.map(cidrRange)))) };
  return sparesPods ? { kind: 'every', peers: [ranges, { kind: 'not', peer: groups.everyPod() }] } : ranges;
};

export const compilePeer = (peer: Peer, context: PeerContext): PlanPeer => {
  const { groups } = context;
  switch (peer.kind) {
    case 'workloads': {
      const bound = boundSelector(peer, context);
      return bound === undefined ? nobody : groups.plain(bound);
    }
    case 'cidr':
      return prefixes([peer], context);
    case 'nodes':
      return groups.nodes(peer.clusters, peer.labels);
    case 'service':
      return groups.service(peer.namespace, peer.name);
    case 'names':
      return groups.answers(peer.pattern);
    case 'every':
    case 'some':
      return { kind: peer.kind, peers: peer.peers.map((one) => compilePeer(one, context)) };
    case 'not':
      return { kind: 'not', peer: compilePeer(peer.peer, context) };
    case 'group':
      throw new Error('groups are resolved before anything is compiled');
  }
};

const isNobody = (peer: PlanPeer): boolean => (peer.kind === 'some' && peer.peers.length === 0) || (peer.kind === 'ranges' && peer.ranges.length === 0);

/** Of a list, groups without repeats, and all prefixes as one. */
export const compilePeers = (peers: readonly Peer[], context: PeerContext): PlanPeer[] => {
  const cidrs = peers.filter((peer) => peer.kind === 'cidr');
  const others = peers.filter((peer) => peer.kind !== 'cidr').map((peer) => compilePeer(peer, context));
  const groups = new Map(others.flatMap((peer) => (peer.kind === 'group' ? [[peer.group, peer] as const] : [])));
  const all = [...groups.values(), ...others.filter(({ kind }) => kind !== 'group'), ...(cidrs.length === 0 ? [] : [prefixes(cidrs, context)])];
  return all.filter((peer) => !isNobody(peer));
};

/** A group's members are as many peers. */
export const alternatives = (peer: Peer): readonly Peer[] => (peer.kind === 'some' ? peer.peers.flatMap(alternatives) : [peer]);
