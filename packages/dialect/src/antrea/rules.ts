/**
 * Rules of Antrea's policies. Its Pass leaves all of its tiers at once: our Delegate.
 *
 * @module
 */
import type { Action, Direction } from '@firsthop/policy';
import { describe, type ForeignRecord, isEmpty, type Notebook, type Path } from '../notebook.ts';
import { closed, type RuleBody } from '../rule-body.ts';
import { type Place, readPeer } from './peers.ts';
import { readPorts } from './ports.ts';

const fields = ['action', 'ports', 'protocols', 'l7Protocols', 'from', 'to', 'toServices', 'name', 'enableLogging', 'logLabel', 'appliedTo'];
const actions: ReadonlyMap<unknown, Action> = new Map<unknown, Action>([['Allow', 'Allow'], ['Drop', 'Drop'], ['Reject', 'Reject'], ['Pass', 'Delegate']]);

export interface RulePlace extends Omit<Place, 'action'> {
  readonly direction: Direction;
  readonly isBaseline: boolean;
  /** Names of the policy's rules so far: each may be used once. */
  readonly names: Set<string>;
}

const nameOf = (raw: unknown, names: Set<string>): string | undefined => {
  if (typeof raw !== 'string' || !/^[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?$/.test(raw) || names.has(raw)) return undefined;
  names.add(raw);
  return raw;
};

const readAction = (rule: ForeignRecord, path: Path, isBaseline: boolean, book: Notebook): Action | undefined => {
  book.choice(rule.get('action'), [...path, 'action'], ['Allow', 'Drop', 'Reject', 'Pass']);
  const action = actions.get(rule.get('action'));
  if (action === 'Delegate' && isBaseline) book.error('UNSUPPORTED', [...path, 'action'], 'behind NetworkPolicy there is nothing to pass to');
  return action;
};

const readBody = (rule: ForeignRecord, path: Path, place: RulePlace, book: Notebook): RuleBody | undefined => {
  const { direction, isBaseline, names } = place;
  const [side, other] = direction === 'ingress' ? ['from', 'to'] : ['to', 'from'];
  const action = readAction(rule, path, isBaseline, book);
  book.unsayable(rule, [other], path, `an ${direction} rule has ${side}`);
  book.unsayable(rule, ['l7Protocols'], path, 'rules look at addresses and ports only');
  book.unsayable(rule, ['toServices'], path, 'packets are judged behind the translation of Services, where the Service can no longer be told from its pods');
  if (!isEmpty(rule.get('logLabel'))) book.note([...path, 'logLabel'], 'the label is not carried to logs; the rule keeps its name');
  const log = book.flag(rule.get('enableLogging'), [...path, 'enableLogging']);
  const peers = book.list(rule.get(side), [...path, side])?.map((item, i) => readPeer(item, [...path, side, i], { ...place, action }, book)).filter((one) => one !== undefined) ?? [];
  const ports = readPorts(rule, path, action, book);
  const name = nameOf(book.text(rule.get('name'), [...path, 'name']), names);
  return action === undefined ? undefined : { ...(name === undefined ? {} : { name }), action, peers: isEmpty(rule.get(side)) ? 'any' : peers, ports, log: log === true };
};

/** What stands in the place of the rule: itself, or what its fault has made of it. */
export const readRule = (raw: unknown, path: Path, place: RulePlace, book: Notebook): readonly RuleBody[] => {
  const rule = book.required(raw, path);
  if (rule === undefined) return closed(undefined);
  const body = book.attempt((draft) => {
    for (const key of rule.keys()) if (!fields.includes(key)) draft.error('UNKNOWN_FIELD', [...path, key], `unknown field ${describe(key)}`);
    return readBody(rule, path, place, draft);
  });
  return body === undefined ? closed(actions.get(rule.get('action'))) : [body];
};
