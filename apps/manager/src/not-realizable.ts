/**
 * What of a policy no agent enforces yet, so that its status does not promise it (semantics.md 3.3).
 *
 * @module
 */
import type { Peer, Policy } from '@firsthop/policy';

const some = (peer: Peer, is: (leaf: Peer) => boolean): boolean => {
  if (peer.kind === 'every' || peer.kind === 'some') return peer.peers.some((one) => some(one, is));
  return peer.kind === 'not' ? some(peer.peer, is) : is(peer);
};

const isName = (peer: Peer): boolean => peer.kind === 'names';
const isHost = (peer: Peer): boolean => peer.kind === 'workloads' && peer.selector.kind === 'host';

/** `FQDN`: peers by DNS name match nothing. `HostEndpoint`: hosts are no endpoints yet. */
export const notRealizable = (policy: Policy): string[] => {
  const peers = [...(policy.ingress ?? []), ...(policy.egress ?? [])].flatMap((rule) => (rule.peers.kind === 'set' ? rule.peers.peers : []));
  return [
    ...(peers.some((peer) => some(peer, isName)) ? ['FQDN'] : []),
    ...(policy.subjects.some((peer) => some(peer, isHost)) ? ['HostEndpoint'] : []),
  ];
};

/** Undefined: it decides. */
export const trialOf = (policy: Policy): 'Monitor' | 'Stage' | undefined => {
  if (policy.form === 'isolating') return undefined;
  return policy.stage !== undefined ? 'Stage' : policy.mode === 'Monitor' ? 'Monitor' : undefined;
};
