/**
 * Does a rule match? One of its peers and one of its ports must.
 *
 * An egress rule to a CIDR with a named port matches nothing, even where the address is a pod's: names belong to endpoints, and a
 * CIDR names addresses (semantics.md 3.1).
 *
 * @module
 */
import type { PolicyKind } from '../policy.ts';
import type { Peer, Peers, PortMatch, Ports, Rule } from '../rule.ts';
import { matchesPeer } from './match-peer.ts';
import { matchesPort } from './match-port.ts';
import type { Question } from './question.ts';

const somePort = (ports: Ports, question: Question, usable: (port: PortMatch) => boolean): boolean => {
  switch (ports.kind) {
    case 'any':
      return true;
    case 'none':
      return false;
    case 'set':
      return ports.ports.some((port) => usable(port) && matchesPort(port, question));
  }
};

/** It names addresses, and not endpoints, which alone have port names. */
export const isAddressOnly = (peer: Peer): boolean => {
  switch (peer.kind) {
    case 'cidr':
    case 'nodes':
    case 'names':
      return true;
    case 'every':
      return peer.peers.some(isAddressOnly);
    case 'some':
      return peer.peers.every(isAddressOnly);
    case 'workloads':
    case 'service':
    case 'not':
    case 'group':
      return false;
  }
};

/** A group's members are as many peers. */
const alternatives = (peer: Peer): readonly Peer[] => (peer.kind === 'some' ? peer.peers.flatMap(alternatives) : [peer]);

const matches = (peers: Peers, ports: Ports, question: Question, origin: PolicyKind): boolean => {
  switch (peers.kind) {
    case 'any':
      return somePort(ports, question, () => true);
    case 'none':
      return false;
    case 'set':
      return peers.peers.flatMap(alternatives).some((peer) => {
        const nameless = question.direction === 'egress' && isAddressOnly(peer);
        return matchesPeer(peer, question, origin) && somePort(ports, question, (port) => !(nameless && port.kind === 'named'));
      });
  }
};

export const matchesRule = ({ peers, ports }: Rule, question: Question, origin: PolicyKind): boolean => matches(peers, ports, question, origin);
