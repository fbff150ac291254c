/**
 * Plan objects as plain JSON values, one canonical form each: equal objects give equal bytes after `canonicalJson`,
 * whatever the order in which their sets were filled. The same form is hashed, sent and kept on disk.
 *
 * @module
 */
import { compareText } from '@firsthop/base';
import { type Address, type AddressRange, compareAddresses, formatAddress, formatCidr } from '@firsthop/netaddr';
import type { PlanEndpoint, PlanMatch, PlanPeer, PlanRule, PolicyGroup, Revision, Stage } from './node-plan.ts';

export const sortedAddresses = (addresses: Iterable<Address>): string[] => [...addresses].sort(compareAddresses).map(formatAddress);

const rangeJson = ({ first, last }: AddressRange): readonly string[] => [formatAddress(first), formatAddress(last)];

const peerJson = (peer: PlanPeer): unknown => {
  switch (peer.kind) {
    case 'any':
      return { kind: 'any' };
    case 'group':
      return { kind: 'group', group: peer.group };
    case 'ranges':
      return { kind: 'ranges', ranges: peer.ranges.map(rangeJson) };
    case 'every':
    case 'some':
      return { kind: peer.kind, peers: peer.peers.map(peerJson) };
    case 'not':
      return { kind: 'not', peer: peerJson(peer.peer) };
  }
};

const matchJson = ({ peers, services }: PlanMatch): unknown => ({ peers: peers.map(peerJson), services });

export const ruleJson = ({ id, action, matches, attribution, log, kill }: PlanRule): unknown => ({ id, action, matches: matches.map(matchJson), attribution, log, ...(kill === undefined ? {} : { kill }) });

const stageJson = (stage: Stage): unknown => ({ ...stage });

export const policyGroupJson = ({ id, ingress, egress }: PolicyGroup): unknown => ({ id, ingress: ingress.map(stageJson), egress: egress.map(stageJson) });

export const endpointJson = (endpoint: PlanEndpoint): unknown => ({
  ...endpoint,
  addresses: sortedAddresses(endpoint.addresses),
  allowedAddresses: endpoint.allowedAddresses.map(formatCidr).sort(compareText),
  ...(endpoint.allowedMacs === undefined ? {} : { allowedMacs: [...endpoint.allowedMacs].sort(compareText) }),
});

export const revisionJson = ({ epoch, watermarks, digest }: Revision): unknown => ({
  epoch,
  watermarks: [...watermarks].sort(([a], [b]) => compareText(a, b)),
  digest,
});
