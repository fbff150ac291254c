/**
 * Rules of Calico's policies.
 *
 * @module
 */
import type { Action, Direction } from '@firsthop/policy';
import { type ForeignRecord, type Notebook, type Path } from '../notebook.ts';
import { hasNames } from '../port-entries.ts';
import { type Alternatives, closed, type RuleBody } from '../rule-body.ts';
import { type EntityPlace, readEntity, readEntityRecord, readOwnSide } from './entity.ts';
import type { Choice } from './expression/alternatives.ts';
import { readPorts } from './ports.ts';

const fields = ['action', 'ipVersion', 'protocol', 'icmp', 'notProtocol', 'notICMP', 'source', 'destination', 'http', 'metadata'];
const actions: ReadonlyMap<unknown, Action> = new Map<unknown, Action>([['Allow', 'Allow'], ['Deny', 'Drop'], ['Pass', 'Pass']]);

export interface RulePlace extends Omit<EntityPlace, 'family'> {
  readonly direction: Direction;
  /** NetworkPolicy stands behind the tier `default` and cannot be passed by. */
  readonly isDefaultTier: boolean;
}

export interface ReadRule {
  readonly rules: readonly RuleBody[];
  /** Whom among the policy's subjects it is about; undefined: all of them. */
  readonly subjects: Choice | undefined;
}

const checkAction = (rule: ForeignRecord, path: Path, isDefaultTier: boolean, book: Notebook): Action | undefined => {
  book.choice(rule.get('action'), [...path, 'action'], ['Allow', 'Deny', 'Log', 'Pass']);
  const action = actions.get(rule.get('action'));
  if (action === 'Pass' && isDefaultTier) book.error('UNSUPPORTED', [...path, 'action'], 'Pass out of the tier default passes NetworkPolicy by, and nothing here can');
  return action;
};

const readFamily = (rule: ForeignRecord, path: Path, book: Notebook): 4 | 6 | undefined => {
  const version = rule.get('ipVersion');
  if (version === undefined || version === null) return undefined;
  return version === 4 || version === 6 ? version : book.error('UNKNOWN_VALUE', [...path, 'ipVersion'], '4 or 6 is expected here');
};

const namesAddresses = (peers: Alternatives): boolean => peers !== 'any' && peers.some((peer) => 'cidr' in peer);

const readBody = (rule: ForeignRecord, path: Path, place: RulePlace, book: Notebook): { readonly body: RuleBody | undefined; readonly subjects: Choice | undefined } => {
  for (const key of rule.keys()) if (!fields.includes(key)) book.error('UNKNOWN_FIELD', [...path, key], `unknown field; known are ${fields.join(', ')}`);
  const { direction } = place;
  const action = checkAction(rule, path, place.isDefaultTier, book);
  book.unsayable(rule, ['http'], path, 'rules look at addresses and ports only');
  const sides = { source: readEntityRecord(rule.get('source'), [...path, 'source'], book), destination: readEntityRecord(rule.get('destination'), [...path, 'destination'], book) };
  book.unsayable(sides.source, ['ports', 'notPorts'], [...path, 'source'], 'rules look at destination ports only');
  const [other, own] = direction === 'ingress' ? (['source', 'destination'] as const) : (['destination', 'source'] as const);
  if (direction === 'egress') book.unsayable(sides.destination, ['services'], [...path, 'destination'], 'it means the ports of the Service too, which are not known here');
  const peers = readEntity(sides[other], [...path, other], { ...place, family: readFamily(rule, path, book) }, book);
  const subjects = readOwnSide(sides[own], [...path, own], { ...place, family: undefined }, book);
  const ports = readPorts(rule, sides.destination, path, book);
  if (direction === 'egress' && ports !== 'any' && hasNames(ports) && namesAddresses(peers)) book.error('UNSUPPORTED', [...path, 'destination', 'ports'], 'addresses have no port names here');
  return { body: action === undefined ? undefined : { action, peers, ports }, subjects };
};

/** What stands in the place of the rule: itself, or what its fault has made of it. */
export const readRule = (raw: unknown, path: Path, place: RulePlace, book: Notebook): ReadRule => {
  const rule = book.required(raw, path);
  if (rule === undefined) return { rules: closed(undefined), subjects: undefined };
  if (rule.get('action') === 'Log') {
    book.note([...path, 'action'], 'Log decides nothing, and is left out');
    return { rules: [], subjects: undefined };
  }
  const read = book.attempt((draft) => readBody(rule, path, place, draft));
  if (read?.body === undefined) return { rules: closed(actions.get(rule.get('action'))), subjects: undefined };
  return { rules: [read.body], subjects: read.subjects };
};
