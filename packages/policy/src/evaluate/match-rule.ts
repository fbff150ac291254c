/**
 * Does a rule match? One of its peers and one of its ports must.
 *
 * An egress rule to a CIDR with a named port matches nothing, even where the address is a pod's: names belong to endpoints, and a
 * CIDR names addresses (semantics.md 3.1).
 *
 * @module
 */
import type { PolicyKind } from '../policy.ts';
import type { Peers, PortMatch, Ports, Rule } from '../rule.ts';
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

const matches = (peers: Peers, ports: Ports, question: Question, origin: PolicyKind): boolean => {
  switch (peers.kind) {
    case 'any':
      return somePort(ports, question, () => true);
    case 'none':
      return false;
    case 'set':
      return peers.peers.some((peer) => {
        const nameless = peer.kind === 'cidr' && question.direction === 'egress';
        return matchesPeer(peer, question, origin) && somePort(ports, question, (port) => !(nameless && port.kind === 'named'));
      });
  }
};

export const matchesRule = ({ peers, ports }: Rule, question: Question, origin: PolicyKind): boolean => matches(peers, ports, question, origin);
