/**
 * Rules of SecurityPolicy and ClusterSecurityPolicy.
 *
 * @module
 */
import { fail, ok } from '@firsthop/base';
import { isLabelValue } from '@firsthop/selector';
import type { Origin } from './bind-selector.ts';
import { policyLimits } from './limits.ts';
import type { RuleList } from './network-policy-rule.ts';
import { describe, errorsOf, type ForeignRecord, isAbsent, type Path, type Read, readChoice, readItems, readList, readObject, refuse, unknownFields } from './reading.ts';
import { invalidRule, type RuleDraft } from './rule-draft.ts';
import type { Action, Direction, Peers, Ports } from './rule.ts';
import { type PeerPlace, readSecurityPeer } from './security-policy-peer.ts';
import { readSecurityPort } from './security-policy-port.ts';

const actions: readonly Action[] = ['Allow', 'Drop', 'Reject', 'Pass', 'Delegate'];

/** Rule names of one policy, over both directions: each may occur once. */
export type RuleNames = Set<string>;

const readName = (raw: unknown, path: Path, names: RuleNames): Read<string | undefined> => {
  if (isAbsent(raw)) return ok(undefined);
  if (typeof raw !== 'string' || raw === '' || !isLabelValue(raw)) return refuse('NAME_INVALID', path, `${describe(raw)} is not a rule name: at most 63 letters, digits, "-", "_", "."`);
  if (names.has(raw)) return refuse('DUPLICATE', path, `another rule of this policy is called ${raw}`);
  names.add(raw);
  return ok(raw);
};

const readLog = (raw: unknown, path: Path): Read<boolean> => {
  if (isAbsent(raw)) return ok(false);
  return typeof raw === 'boolean' ? ok(raw) : refuse('TYPE', path, `true or false is expected here, not ${describe(raw)}`);
};

const readPeers = (raw: unknown, path: Path, place: PeerPlace): Read<Peers> => {
  const items = readList(raw, path, policyLimits.peersPerRule);
  if (!items.ok) return items;
  if (items.value.length === 0) return ok({ kind: 'any' });
  const peers = readItems(items.value, path, (item, at) => readSecurityPeer(item, at, place));
  return peers.ok ? ok({ kind: 'set', peers: peers.value }) : peers;
};

const readPorts = (raw: unknown, path: Path): Read<Ports> => {
  const items = readList(raw, path, policyLimits.portsPerRule);
  if (!items.ok) return items;
  if (items.value.length === 0) return ok({ kind: 'any' });
  const ports = readItems(items.value, path, readSecurityPort);
  return ports.ok ? ok({ kind: 'set', ports: ports.value }) : ports;
};

interface Surroundings {
  readonly direction: Direction;
  readonly origin: Origin;
  readonly names: RuleNames;
}

const readRule = (rule: ForeignRecord, path: Path, index: number, { direction, origin, names }: Surroundings): Read<RuleDraft> => {
  const side = direction === 'ingress' ? 'from' : 'to';
  const unknown = unknownFields(rule, ['name', 'action', side, 'ports', 'log'], path);
  const name = readName(rule.get('name'), [...path, 'name'], names);
  const action = readChoice(rule.get('action'), [...path, 'action'], actions);
  const peers = readPeers(rule.get(side), [...path, side], { origin, beholder: 'subject', rule: { direction, action: action.ok ? action.value : 'Allow' }, depth: 0 });
  const ports = readPorts(rule.get('ports'), [...path, 'ports']);
  const log = readLog(rule.get('log'), [...path, 'log']);
  if (unknown.length > 0 || !name.ok || !action.ok || !peers.ok || !ports.ok || !log.ok) return fail([unknown, ...[name, action, peers, ports, log].map(errorsOf)].flat());
  return ok({ index, ...(name.value === undefined ? {} : { name: name.value }), action: action.value, peers: peers.value, ports: ports.value, log: log.value });
};

const readItem = (raw: unknown, path: Path, index: number, surroundings: Surroundings): RuleList => {
  const rule = readObject(raw, path, 'a rule with an action');
  if (!rule.ok) return { drafts: [invalidRule(index, undefined)], errors: rule.error };
  const draft = readRule(rule.value, path, index, surroundings);
  if (draft.ok) return { drafts: [draft.value], errors: [] };
  const action = actions.find((one) => one === rule.value.get('action'));
  return { drafts: [invalidRule(index, action)], errors: draft.error };
};

/** `undefined` drafts: no rules, so the policy has no effect in that direction. A list that cannot be read counts as one invalid rule. */
export const readSecurityRules = (raw: unknown, surroundings: Surroundings): { readonly drafts: readonly RuleDraft[] | undefined; readonly errors: RuleList['errors'] } => {
  const path = ['spec', surroundings.direction];
  const items = readList(raw, path, policyLimits.rules);
  if (!items.ok) return { drafts: [invalidRule(0, undefined)], errors: items.error };
  if (items.value.length === 0) return { drafts: undefined, errors: [] };
  const lists = items.value.map((item, index) => readItem(item, [...path, index], index, surroundings));
  return { drafts: lists.flatMap(({ drafts }) => drafts), errors: lists.flatMap(({ errors }) => errors) };
};

