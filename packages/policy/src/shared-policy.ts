import type { Policy } from './policy.ts';
import type { Peer } from './rule.ts';

/** Whether a subject may be one of another cluster. */
export const reachesOut = (peer: Peer): boolean => {
  switch (peer.kind) {
    case 'workloads':
      return peer.selector.clusters.kind !== 'named';
    case 'every':
    case 'some':
      return peer.peers.some(reachesOut);
    case 'not':
      return reachesOut(peer.peer);
    case 'cidr':
    case 'nodes':
    case 'service':
    case 'names':
    case 'group':
      return false;
  }
};

/** Whether it governs somebody in the whole cluster set, so that other clusters must hear of it. */
export const isShared = ({ subjects }: Policy): boolean => subjects.some(reachesOut);
