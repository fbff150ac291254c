/**
 * CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy.
 *
 * There is no order among them: what any of them denies is denied, else what any of them allows is allowed, and so does every
 * NetworkPolicy; who is selected in a direction is denied the rest. So each becomes up to three of ours: its denials, its allowances
 * behind all denials, and, behind NetworkPolicy, the denial of everything else.
 *
 * @module
 */
import type { Action, Direction } from '@firsthop/policy';
import { type ForeignRecord, isEmpty, type Notebook, type Path } from '../notebook.ts';
import type { Origin } from '../origin.ts';
import type { Part } from '../own-policy.ts';
import { closeAll, closed, everything, type RuleBody } from '../rule-body.ts';
import type { Plain } from '../translation.ts';
import { readSubject } from './endpoints.ts';
import { peerFields, readPeers } from './peers.ts';
import { readPorts } from './ports.ts';

export const ciliumTier = 'cilium';
export const denyTier = 'cilium-default-deny';

const directions: readonly Direction[] = ['ingress', 'egress'];
const fields = ['endpointSelector', 'nodeSelector', 'ingress', 'ingressDeny', 'egress', 'egressDeny', 'enableDefaultDeny', 'labels', 'description', 'log'];

interface Place {
  readonly origin: Origin;
  readonly direction: Direction;
  readonly action: Action;
}

const readBody = (rule: ForeignRecord, path: Path, { origin, direction, action }: Place, book: Notebook): RuleBody => {
  const known = [...peerFields({ direction, action }), 'toPorts', 'icmps', 'authentication'];
  for (const key of rule.keys()) if (!known.includes(key)) book.error('UNKNOWN_FIELD', [...path, key], `unknown field; known are ${known.join(', ')}`);
  book.unsayable(rule, ['authentication'], path, 'who is on the other side is known by its address here, and by nothing else');
  const peers = readPeers(rule, path, { direction, action, namespace: origin.namespace }, book);
  const ports = readPorts(rule, path, { direction, action }, book);
  return { action, peers: peers ?? (ports === 'any' ? [] : 'any'), ports };
};

/** A requirement of one rule binds all others; unsaid, it must not let anything through. */
const isRequiring = (rule: ForeignRecord): boolean => !isEmpty(rule.get('fromRequires')) || !isEmpty(rule.get('toRequires'));

interface Rules {
  readonly deny: readonly RuleBody[];
  readonly allow: readonly RuleBody[];
}

const readRule = (raw: unknown, path: Path, place: Place, book: Notebook): readonly RuleBody[] => {
  const rule = book.required(raw, path);
  if (rule === undefined) return closed(place.action);
  const body = book.attempt((draft) => readBody(rule, path, place, draft));
  return body === undefined ? closed(isRequiring(rule) ? undefined : place.action) : [body];
};

const readRules = (spec: ForeignRecord, path: Path, origin: Origin, direction: Direction, book: Notebook): Rules => {
  const read = (field: string, action: Action): readonly RuleBody[] => (book.list(spec.get(field), [...path, field]) ?? []).flatMap((raw, i) => readRule(raw, [...path, field, i], { origin, direction, action }, book));
  const [allow, deny] = [read(direction, 'Allow'), read(`${direction}Deny`, 'Drop')];
  return { deny: [...deny, ...allow.filter(({ action }) => action !== 'Allow')], allow: allow.filter(({ action }) => action === 'Allow') };
};

/** Without a word of its own: where there are rules. */
const isolatedDirections = (spec: ForeignRecord, path: Path, book: Notebook): readonly Direction[] => {
  const at = [...path, 'enableDefaultDeny'];
  const said = book.object(spec.get('enableDefaultDeny'), at, ['ingress', 'egress']);
  return directions.filter((direction) => book.flag(said?.get(direction), [...at, direction]) ?? (!isEmpty(spec.get(direction)) || !isEmpty(spec.get(`${direction}Deny`))));
};

const readAppliedTo = (spec: ForeignRecord, path: Path, { namespace }: Origin, book: Notebook): Plain | undefined => {
  if (!isEmpty(spec.get('nodeSelector'))) return book.error('UNSUPPORTED', [...path, 'nodeSelector'], 'policies of nodes cannot be said here');
  const at = [...path, 'endpointSelector'];
  if (isEmpty(spec.get('endpointSelector'))) return book.error('REQUIRED', at, 'a policy selects endpoints');
  return book.attempt((draft) => readSubject(spec.get('endpointSelector'), at, namespace, draft));
};

const labelled = (label: string, i: number): string => (i === 0 ? label : `${label}-${i + 1}`);

const closeRules = ({ deny, allow }: Rules): Rules => ({ deny: closeAll([...deny, ...allow]), allow: [] });

/** `i`: which of the object's specs. */
export const readSpec = (raw: unknown, path: Path, { origin, i, isSpoilt }: { readonly origin: Origin; readonly i: number; readonly isSpoilt: boolean }, book: Notebook): readonly Part[] => {
  const spec = book.required(raw, path);
  if (spec === undefined) return [];
  const before = book.errors.length;
  for (const key of spec.keys()) if (!fields.includes(key)) book.error('UNKNOWN_FIELD', [...path, key], `unknown field; known are ${fields.join(', ')}`);
  const isolated = isolatedDirections(spec, path, book);
  const isWrong = isSpoilt || book.errors.length > before;
  const subject = readAppliedTo(spec, path, origin, book);
  const rules = { ingress: readRules(spec, path, origin, 'ingress', book), egress: readRules(spec, path, origin, 'egress', book) };
  if (subject === undefined) return [];
  const own = isWrong ? { ingress: closeRules(rules.ingress), egress: closeRules(rules.egress) } : rules;
  const rest = (direction: Direction): RuleBody[] => (isolated.includes(direction) ? [everything('Drop', `default-deny-${direction}`)] : []);
  const base = { origin, appliedTo: [subject] };
  const key = [origin.name, origin.namespace ?? '', i];
  return [
    { ...base, label: labelled('deny', i), tier: ciliumTier, key: [0, ...key], rules: { ingress: own.ingress.deny, egress: own.egress.deny } },
    { ...base, label: labelled('allow', i), tier: ciliumTier, key: [1, ...key], rules: { ingress: own.ingress.allow, egress: own.egress.allow } },
    { ...base, label: labelled('default', i), tier: denyTier, key: [0, ...key], rules: { ingress: rest('ingress'), egress: rest('egress') } },
  ];
};
