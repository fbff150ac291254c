/**
 * One rule of NetworkPolicy. It only ever allows; when it is invalid it matches nothing.
 *
 * @module
 */
import { fail, ok } from '@firsthop/base';
import type { TransportName } from '@firsthop/netaddr';
import type { Origin } from './bind-selector.ts';
import { policyLimits } from './limits.ts';
import { readNetworkPolicyPeer } from './network-policy-peer.ts';
import type { PolicyError } from './policy-error.ts';
import { readPortNumbers } from './port-numbers.ts';
import { errorsOf, isAbsent, type Path, type Read, readChoice, readItems, readList, readObject, unknownFields } from './reading.ts';
import { invalidRule, type RuleDraft } from './rule-draft.ts';
import type { Direction, Peers, PortMatch, Ports } from './rule.ts';

const transports: readonly TransportName[] = ['TCP', 'UDP', 'SCTP'];

const readPort = (raw: unknown, path: Path): Read<PortMatch> => {
  const port = readObject(raw, path, '{protocol, port, endPort}');
  if (!port.ok) return port;
  const unknown = unknownFields(port.value, ['protocol', 'port', 'endPort'], path);
  const written = port.value.get('protocol');
  const protocol = isAbsent(written) ? ok<TransportName>('TCP') : readChoice(written, [...path, 'protocol'], transports);
  const numbers = readPortNumbers(port.value, path, protocol.ok ? protocol.value : 'TCP');
  const errors = [...unknown, ...errorsOf(protocol), ...errorsOf(numbers)];
  return errors.length > 0 ? fail(errors) : numbers;
};

const readPorts = (raw: unknown, path: Path): Read<Ports> => {
  const items = readList(raw, path, policyLimits.portsPerRule);
  if (!items.ok) return items;
  if (items.value.length === 0) return ok({ kind: 'any' });
  const ports = readItems(items.value, path, readPort);
  return ports.ok ? ok({ kind: 'set', ports: ports.value }) : ports;
};

const readPeers = (raw: unknown, path: Path, origin: Origin): Read<Peers> => {
  const items = readList(raw, path, policyLimits.peersPerRule);
  if (!items.ok) return items;
  if (items.value.length === 0) return ok({ kind: 'any' });
  const peers = readItems(items.value, path, (item, at) => readNetworkPolicyPeer(item, at, origin));
  return peers.ok ? ok({ kind: 'set', peers: peers.value }) : peers;
};

const readMatch = (raw: unknown, path: Path, direction: Direction, origin: Origin): Read<{ readonly peers: Peers; readonly ports: Ports }> => {
  const rule = readObject(raw, path, 'a rule ({} allows everything)');
  if (!rule.ok) return rule;
  const side = direction === 'ingress' ? 'from' : 'to';
  const unknown = unknownFields(rule.value, [side, 'ports'], path);
  const peers = readPeers(rule.value.get(side), [...path, side], origin);
  const ports = readPorts(rule.value.get('ports'), [...path, 'ports']);
  if (unknown.length > 0 || !peers.ok || !ports.ok) return fail([...unknown, ...errorsOf(peers), ...errorsOf(ports)]);
  return ok({ peers: peers.value, ports: ports.value });
};

export interface RuleList {
  readonly drafts: readonly RuleDraft[];
  readonly errors: readonly PolicyError[];
}

/** A list that cannot be read allows nothing. */
export const readNetworkPolicyRules = (raw: unknown, direction: Direction, origin: Origin): RuleList => {
  const path = ['spec', direction];
  const items = readList(raw, path, policyLimits.rules);
  if (!items.ok) return { drafts: [], errors: items.error };
  const matches = items.value.map((item, index) => readMatch(item, [...path, index], direction, origin));
  return {
    drafts: matches.map((match, index): RuleDraft => (match.ok ? { index, action: 'Allow', ...match.value, log: false } : invalidRule(index, 'Allow'))),
    errors: matches.flatMap(errorsOf),
  };
};
