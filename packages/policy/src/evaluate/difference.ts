/**
 * Why a rule does not match, in the order in which people look: the port, the protocol, the peer.
 *
 * @module
 */
import type { PolicyKind } from '../policy.ts';
import type { Rule } from '../rule.ts';
import { describePeers, describePorts, describeProbePort, describeRemote } from './describe.ts';
import { matchesRule } from './match-rule.ts';
import type { Question } from './question.ts';

export interface Difference {
  readonly differs: 'peer' | 'port' | 'protocol';
  /** 2: the peer, and the port or protocol with it. */
  readonly count: 1 | 2;
  /** The rule without what differs. */
  readonly relaxed: Rule;
}

const anyPeer = (rule: Rule): Rule => ({ ...rule, peers: { kind: 'any' } });
const anyPort = (rule: Rule): Rule => ({ ...rule, ports: { kind: 'any' } });

/** Whether some port of the rule is at least about the probe's protocol. */
const knowsProtocol = ({ ports }: Rule, { probe }: Question): boolean => {
  if (ports.kind !== 'set') return false;
  const names: Readonly<Record<string, number>> = { TCP: 6, UDP: 17, SCTP: 132, ICMP: 1, ICMPv6: 58 };
  return ports.ports.some((port) => (port.kind === 'protocol' ? port.number : port.protocol === undefined ? probe.protocol : names[port.protocol]) === probe.protocol);
};

/** Undefined: the rule matches as it is. */
export const differenceOf = (rule: Rule, question: Question, origin: PolicyKind): Difference | undefined => {
  const matches = (one: Rule): boolean => matchesRule(one, question, origin);
  if (matches(rule)) return undefined;
  if (matches(anyPort(rule))) return { differs: knowsProtocol(rule, question) ? 'port' : 'protocol', relaxed: anyPort(rule), count: 1 };
  if (matches(anyPeer(rule))) return { differs: 'peer', relaxed: anyPeer(rule), count: 1 };
  return { differs: 'peer', relaxed: anyPeer(anyPort(rule)), count: 2 };
};

/** `verb`: what the rule does with those whom it is about. */
export const describeDifference = (rule: Rule, { differs, count }: Pick<Difference, 'differs' | 'count'>, question: Question, verb: string): string => {
  const ports = `${describeProbePort(question.probe)}, the rule ${verb} ${describePorts(rule.ports)}`;
  if (differs !== 'peer') return ports;
  const peers = `${describeRemote(question)}, the rule ${verb} ${describePeers(rule.peers)}`;
  return count === 1 ? peers : `${peers}; and ${ports}`;
};
