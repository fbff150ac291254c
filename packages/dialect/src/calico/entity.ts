/**
 * `source` and `destination` of a Calico rule, as the other side of it.
 *
 * What is selected is pods and the addresses of NetworkSets; `nets`, `notNets`, `notSelector` and `ipVersion` narrow it.
 *
 * @module
 */
import { isDnsLabel, isDnsName } from '@firsthop/policy';
import { type Block, everyAddress, familyBlock, intersect, readBlock, without, writeBlock } from '../cidr-blocks.ts';
import { describe, type ForeignRecord, isEmpty, type Notebook, type Path } from '../notebook.ts';
import type { Alternatives } from '../rule-body.ts';
import type { Plain } from '../translation.ts';
import { both, type Choice, everybody, readChoice } from './expression/alternatives.ts';
import { all, type Expression } from './expression/expression.ts';
import { readExpression } from './expression/parse.ts';
import { isMeant, type NetworkSet, type SetScope } from './network-sets.ts';
import { atHome, soleNamespace, writeAccount, writePod } from './pods.ts';

export interface EntityPlace {
  /** Undefined: a global policy. */
  readonly namespace: string | undefined;
  readonly sets: readonly NetworkSet[];
  readonly family: 4 | 6 | undefined;
  /** A group that holds these peers, for where one peer is asked for and there are several. */
  readonly gather: (members: readonly Plain[]) => Plain;
}

const entityFields = ['nets', 'selector', 'namespaceSelector', 'services', 'ports', 'notNets', 'notSelector', 'notPorts', 'serviceAccounts'];

export const readEntityRecord = (raw: unknown, path: Path, book: Notebook): ForeignRecord => book.object(raw, path, entityFields) ?? new Map<string, unknown>();

interface Selected {
  readonly pods: readonly Plain[];
  readonly blocks: readonly Block[];
}

const blocksOf = (expression: Expression, scope: SetScope, { sets }: EntityPlace, path: Path, book: Notebook): readonly Block[] =>
  sets.flatMap((set) => {
    const meant = isMeant(set, expression, scope);
    const name = `${set.origin.kind} ${set.origin.name}`;
    if (meant === undefined) book.error('UNSUPPORTED', path, `whether ${name} is meant depends on labels of its namespace, which are not looked at here`);
    else if (meant && set.blocks === undefined) book.error('NOT_FOUND', path, `${name} is meant, and is at fault itself`);
    return meant === true ? (set.blocks ?? []) : [];
  });

export const readNames = (raw: unknown, path: Path, book: Notebook): readonly string[] | undefined => {
  const accounts = book.object(raw, path, ['names', 'selector']);
  if (accounts === undefined) return undefined;
  book.unsayable(accounts, ['selector'], path, 'service accounts have names here, and no labels');
  const names = book.texts(accounts.get('names'), [...path, 'names']) ?? [];
  for (const [i, name] of names.entries()) if (!isDnsName(name)) book.error('NAME_INVALID', [...path, 'names', i], `${describe(name)} is not a name`);
  return names;
};

const writeAccounts = (choice: Choice, names: readonly string[], home: string | undefined, path: Path, book: Notebook): readonly Plain[] =>
  choice.flatMap((conjunction) => {
    const namespace = conjunction.namespace.length === 0 ? home : soleNamespace(conjunction);
    if (namespace === undefined) book.error('UNSUPPORTED', path, 'a service account has a namespace here: select one by name');
    return namespace === undefined ? [] : names.map((name) => writeAccount(conjunction, namespace, name));
  });

/** Undefined: nothing is selected, so everybody is meant. */
const readSelected = (entity: ForeignRecord, path: Path, place: EntityPlace, book: Notebook): Selected | undefined => {
  const at = [...path, 'selector'];
  const labels = readExpression(entity.get('selector'), at, book);
  const spaces = readExpression(entity.get('namespaceSelector'), [...path, 'namespaceSelector'], book);
  const names = readNames(entity.get('serviceAccounts'), [...path, 'serviceAccounts'], book);
  const isHome = spaces === undefined && place.namespace !== undefined;
  const isNarrowed = labels !== undefined || spaces !== undefined || names !== undefined || (isHome && !isEmpty(entity.get('notSelector')));
  if (!isNarrowed || book.errors.length > 0) return undefined;
  const chosen = readChoice(labels ?? all, 'pod', at, book) ?? [];
  const inSpaces = readChoice(spaces ?? all, 'namespace', [...path, 'namespaceSelector'], book) ?? [];
  const choice = isHome ? atHome(chosen, place.namespace, at, book) : (both(chosen, inSpaces) ?? book.error('TOO_LARGE', at, 'too many alternatives') ?? []);
  if (names !== undefined && names.length > 0) return { pods: writeAccounts(choice, names, isHome ? place.namespace : undefined, [...path, 'serviceAccounts'], book), blocks: [] };
  const scope: SetScope = spaces !== undefined ? { kind: 'labels', expression: spaces } : isHome ? { kind: 'own', namespace: place.namespace } : { kind: 'any' };
  return { pods: choice.map((one) => writePod(one, isHome ? 'home' : 'every')), blocks: blocksOf(labels ?? all, scope, place, at, book) };
};

/** Of every namespace, also in a namespaced policy: Calico does not bind it. */
const readRejected = (entity: ForeignRecord, path: Path, place: EntityPlace, book: Notebook): readonly Plain[] => {
  const at = [...path, 'notSelector'];
  const labels = readExpression(entity.get('notSelector'), at, book);
  if (labels === undefined) return [];
  const choice = readChoice(labels, 'pod', at, book) ?? [];
  return [...choice.map((one) => writePod(one, 'every')), ...blocksOf(labels, { kind: 'any' }, place, at, book).map(writeBlock)];
};

/** Undefined: every address. */
const readAddresses = (entity: ForeignRecord, path: Path, { family }: EntityPlace, book: Notebook): readonly Block[] | undefined => {
  const read = (field: string): readonly Block[] | undefined =>
    isEmpty(entity.get(field)) ? undefined : (book.list(entity.get(field), [...path, field]) ?? []).flatMap((net, i): Block[] => {
      const cidr = readBlock(net, [...path, field, i], book);
      return cidr === undefined ? [] : [{ cidr, except: [] }];
    });
  const [nets, notNets] = [read('nets'), read('notNets')];
  if (nets === undefined && notNets === undefined && family === undefined) return undefined;
  const holes = (notNets ?? []).map(({ cidr }) => cidr);
  const inFamily = (block: Block): readonly Block[] => (family === undefined ? [block] : intersect(block, familyBlock(family)));
  return (nets ?? everyAddress).flatMap(inFamily).flatMap((block) => without(block, holes));
};

const readService = (entity: ForeignRecord, path: Path, { namespace }: EntityPlace, book: Notebook): Plain | undefined => {
  const at = [...path, 'services'];
  const service = book.object(entity.get('services'), at, ['name', 'namespace']);
  if (service === undefined) return undefined;
  const [name, home] = [book.text(service.get('name'), [...at, 'name']), book.text(service.get('namespace'), [...at, 'namespace']) ?? namespace];
  for (const field of ['selector', 'notSelector', 'namespaceSelector', 'nets', 'notNets', 'serviceAccounts']) if (!isEmpty(entity.get(field))) book.error('PEER_CONFLICT', [...path, field], `services stands alone, without ${field}`);
  if (name === undefined || !isDnsName(name)) return book.error(name === undefined ? 'REQUIRED' : 'NAME_INVALID', [...at, 'name'], 'the name of a Service is expected here');
  if (home === undefined || !isDnsLabel(home)) return book.error(home === undefined ? 'REQUIRED' : 'NAME_INVALID', [...at, 'namespace'], 'the namespace of the Service is expected here');
  return { service: { namespace: home, name } };
};

/** An address beside a selector would be nobody in our own kinds: a pod with an address is one that is not outside of it. */
const outsideOf = (block: Block): Plain => ({ not: writeBlock(block) });

/** None of these. One `not` holds one peer, so several are gathered. */
const none = (peers: readonly Plain[], { gather }: EntityPlace): Plain => {
  const [only, ...more] = peers;
  return only === undefined ? {} : { not: more.length === 0 ? only : gather(peers) };
};

const combine = (selected: Selected | undefined, addresses: readonly Block[] | undefined, rejected: readonly Plain[], place: EntityPlace): Alternatives => {
  const other = none(rejected, place);
  if (selected === undefined) return addresses === undefined ? (rejected.length === 0 ? 'any' : [other]) : addresses.map((block) => ({ ...writeBlock(block), ...other }));
  const inside = addresses?.map((block) => none([...rejected, outsideOf(block)], place)) ?? [other];
  const blocks = addresses === undefined ? selected.blocks : selected.blocks.flatMap((block) => addresses.flatMap((one) => intersect(block, one)));
  return [...selected.pods.flatMap((pod) => inside.map((narrowed) => ({ ...pod, ...narrowed }))), ...blocks.map((block) => ({ ...writeBlock(block), ...other }))];
};

export const readEntity = (entity: ForeignRecord, path: Path, place: EntityPlace, book: Notebook): Alternatives => {
  const service = readService(entity, path, place, book);
  const selected = service === undefined ? readSelected(entity, path, place, book) : { pods: [service], blocks: [] };
  return combine(selected, readAddresses(entity, path, place, book), readRejected(entity, path, place, book), place);
};

/** The rule's own side: whom among the policy's subjects it is about. Undefined: all of them. */
export const readOwnSide = (entity: ForeignRecord, path: Path, { namespace }: EntityPlace, book: Notebook): Choice | undefined => {
  book.unsayable(entity, ['nets', 'notNets'], path, 'subjects have labels, and no addresses');
  book.unsayable(entity, ['services', 'serviceAccounts'], path, 'subjects are selected by labels');
  const parts: Choice[] = [];
  for (const [field, space] of [['selector', 'pod'], ['namespaceSelector', 'namespace'], ['notSelector', 'pod']] as const) {
    const expression = readExpression(entity.get(field), [...path, field], book);
    if (expression !== undefined) parts.push(readChoice(field === 'notSelector' ? { kind: 'not', of: expression } : expression, space, [...path, field], book) ?? []);
  }
  if (parts.length === 0) return undefined;
  let sum: Choice = everybody;
  for (const part of parts) sum = both(sum, part) ?? book.error('TOO_LARGE', path, 'too many alternatives') ?? [];
  return namespace === undefined ? sum : atHome(sum, namespace, path, book);
};
