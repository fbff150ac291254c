/**
 * Rules of ClusterNetworkPolicy, AdminNetworkPolicy and BaselineAdminNetworkPolicy.
 *
 * `from` and `to` have at least one peer: an empty or missing list is invalid, and not "everybody".
 *
 * @module
 */
import { fail, ok } from '@firsthop/base';
import type { Origin } from './bind-selector.ts';
import type { KubeDialect } from './kube-dialect.ts';
import { type KubePeerContext, readKubePeer } from './kube-peer.ts';
import { policyLimits } from './limits.ts';
import type { PolicyError } from './policy-error.ts';
import { describe, errorsOf, type ForeignRecord, isAbsent, type Path, type Read, readChoice, readItems, readList, readObject, refuse, unknownFields } from './reading.ts';
import { invalidRule, type RuleDraft } from './rule-draft.ts';
import type { Action, Direction, Peers, Ports } from './rule.ts';

const longestName = 100;

const readName = (raw: unknown, path: Path): Read<string | undefined> => {
  if (isAbsent(raw) || raw === '') return ok(undefined);
  if (typeof raw !== 'string') return refuse('TYPE', path, `a text is expected here, not ${describe(raw)}`);
  // It is printed wherever the rule decides something.
  if (/\p{Cc}/u.test(raw)) return refuse('NAME_INVALID', path, 'the name of a rule has no control characters');
  return raw.length <= longestName ? ok(raw) : refuse('TOO_LARGE', path, `the name of a rule has at most ${longestName} characters`);
};

const readPeers = (raw: unknown, path: Path, context: KubePeerContext): Read<Peers> => {
  const items = readList(raw, path, policyLimits.peersPerRule);
  if (!items.ok) return items;
  if (items.value.length === 0) return refuse(isAbsent(raw) ? 'REQUIRED' : 'PEER_EMPTY', path, 'at least one peer is expected here; none is not "everybody"');
  const peers = readItems(items.value, path, (item, at) => readKubePeer(item, at, context));
  return peers.ok ? ok({ kind: 'set', peers: peers.value }) : peers;
};

const readPorts = (raw: unknown, path: Path, { readPort, isEmptyListAny }: KubeDialect): Read<Ports> => {
  if (isAbsent(raw)) return ok({ kind: 'any' });
  const items = readList(raw, path, policyLimits.portsPerRule);
  if (!items.ok) return items;
  if (items.value.length === 0) return isEmptyListAny ? ok({ kind: 'any' }) : refuse('REQUIRED', path, 'at least one is expected here; leave the list out to mean every protocol');
  const ports = readItems(items.value, path, readPort);
  return ports.ok ? ok({ kind: 'set', ports: ports.value }) : ports;
};

interface Surroundings {
  readonly direction: Direction;
  readonly origin: Origin;
  readonly dialect: KubeDialect;
}

const readAction = (raw: unknown, path: Path, { actions }: KubeDialect): Read<Action> => {
  const written = readChoice(raw, path, [...actions.keys()]);
  if (!written.ok) return written;
  return ok(actions.get(written.value) ?? 'Drop');
};

const readRule = (rule: ForeignRecord, path: Path, index: number, surroundings: Surroundings): Read<RuleDraft> => {
  const { direction, dialect } = surroundings;
  const side = direction === 'ingress' ? 'from' : 'to';
  const unknown = unknownFields(rule, ['name', 'action', side, dialect.portsField], path);
  const name = readName(rule.get('name'), [...path, 'name']);
  const action = readAction(rule.get('action'), [...path, 'action'], dialect);
  const peers = readPeers(rule.get(side), [...path, side], { ...surroundings, action: action.ok ? action.value : 'Allow' });
  const ports = readPorts(rule.get(dialect.portsField), [...path, dialect.portsField], dialect);
  const errors = [...unknown, ...[name, action, peers, ports].flatMap(errorsOf)];
  if (errors.length > 0 || !name.ok || !action.ok || !peers.ok || !ports.ok) return fail(errors);
  return ok({ index, ...(name.value === undefined ? {} : { name: name.value }), action: action.value, peers: peers.value, ports: ports.value, log: false });
};

const readItem = (raw: unknown, path: Path, index: number, surroundings: Surroundings): { readonly draft: RuleDraft; readonly errors: readonly PolicyError[] } => {
  const rule = readObject(raw, path, 'a rule with an action');
  const draft = rule.ok ? readRule(rule.value, path, index, surroundings) : rule;
  if (draft.ok) return { draft: draft.value, errors: [] };
  const written = rule.ok ? rule.value.get('action') : undefined;
  return { draft: invalidRule(index, typeof written === 'string' ? surroundings.dialect.actions.get(written) : undefined), errors: draft.error };
};

/** `undefined` drafts: no rules, so the policy has no effect in that direction. A list that cannot be read counts as one invalid rule. */
export const readKubeRules = (raw: unknown, surroundings: Surroundings): { readonly drafts: readonly RuleDraft[] | undefined; readonly errors: readonly PolicyError[] } => {
  const path = ['spec', surroundings.direction];
  const items = readList(raw, path, policyLimits.rules);
  if (!items.ok) return { drafts: [invalidRule(0, undefined)], errors: items.error };
  if (items.value.length === 0) return { drafts: undefined, errors: [] };
  const read = items.value.map((item, index) => readItem(item, [...path, index], index, surroundings));
  return { drafts: read.map(({ draft }) => draft), errors: read.flatMap(({ errors }) => errors) };
};
