/**
 * The other side of a Cilium rule: any of what its lists name. A list that is there and empty means nobody at all.
 *
 * @module
 */
import { isDnsLabel, isDnsName } from '@firsthop/policy';
import { readBlock, without, writeBlock } from '../cidr-blocks.ts';
import { readLabelSelector } from '../label-selectors.ts';
import { describe, type ForeignRecord, isAbsent, isEmpty, type Notebook, type Path } from '../notebook.ts';
import type { Alternatives } from '../rule-body.ts';
import type { Plain } from '../translation.ts';
import { writePeer } from './endpoints.ts';
import { type EntityPlace, outside, readEntities } from './entities.ts';
import { readSelector } from './selector.ts';

export interface PeerPlace extends Omit<EntityPlace, 'path'> {
  /** Undefined: the policy is cluster-wide. */
  readonly namespace: string | undefined;
}

const readEndpoint = (raw: unknown, path: Path, place: PeerPlace, book: Notebook): Alternatives => {
  const selector = readSelector(raw, path, book);
  if (selector === undefined) return isAbsent(raw) ? (book.error('REQUIRED', path, 'a selector is expected here') ?? []) : [];
  const { reserved, ...labels } = selector;
  if (reserved.length === 0) return [writePeer(selector, place.namespace, path, book)].filter((one) => one !== undefined);
  if (reserved.length > 1 || Object.values(labels).some((requirements) => requirements.length > 0)) return book.error('UNSUPPORTED', path, 'a reserved label stands alone') ?? [];
  return readEntities(reserved.map((name) => ({ raw: name, path })), place, book);
};

const readCidr = (raw: unknown, path: Path, book: Notebook): readonly Plain[] => {
  const cidr = readBlock(raw, path, book);
  return cidr === undefined ? [] : [outside(writeBlock({ cidr, except: [] }))];
};

const readCidrSet = (raw: unknown, path: Path, book: Notebook): readonly Plain[] => {
  const rule = book.required(raw, path, ['cidr', 'except', 'cidrGroupRef', 'cidrGroupSelector']);
  if (rule === undefined) return [];
  book.unsayable(rule, ['cidrGroupRef', 'cidrGroupSelector'], path, 'CIDR groups are not read');
  const except = (book.list(rule.get('except'), [...path, 'except']) ?? []).map((item, i) => readBlock(item, [...path, 'except', i], book)).filter((one) => one !== undefined);
  const cidr = isAbsent(rule.get('cidr')) && book.errors.length > 0 ? undefined : readBlock(rule.get('cidr'), [...path, 'cidr'], book);
  return cidr === undefined ? [] : without({ cidr, except: [] }, except).map((block) => outside(writeBlock(block)));
};

/** A pattern of Cilium's stays within one label; ours never does, so of patterns only `**.name` can be said. */
const readName = (raw: unknown, path: Path, book: Notebook): readonly Plain[] => {
  const entry = book.required(raw, path, ['matchName', 'matchPattern']);
  if (entry === undefined) return [];
  const field = isEmpty(entry.get('matchName')) ? 'matchPattern' : 'matchName';
  const written = book.text(entry.get(field), [...path, field]);
  const name = written?.toLowerCase().replace(/\.$/, '') ?? '';
  const bare = field === 'matchPattern' && name.startsWith('**.') ? name.slice(3) : name;
  if (isDnsName(bare)) return [outside({ fqdn: bare === name ? name : `*.${bare}` })];
  return book.error(name.includes('*') ? 'UNSUPPORTED' : 'NAME_INVALID', [...path, field], `${describe(written ?? '')} cannot be said: a name, or **.name for one or more labels before it`) ?? [];
};

const readService = (raw: unknown, path: Path, { namespace }: PeerPlace, book: Notebook): readonly Plain[] => {
  const entry = book.required(raw, path, ['k8sService', 'k8sServiceSelector']);
  if (entry === undefined) return [];
  book.unsayable(entry, ['k8sServiceSelector'], path, 'a Service is named here');
  const at = [...path, 'k8sService'];
  const service = isEmpty(entry.get('k8sServiceSelector')) ? book.required(entry.get('k8sService'), at, ['serviceName', 'namespace']) : undefined;
  if (service === undefined) return [];
  const [name, home] = [service.get('serviceName'), isEmpty(service.get('namespace')) ? namespace : service.get('namespace')];
  if (typeof name !== 'string' || !isDnsName(name)) return book.error('NAME_INVALID', [...at, 'serviceName'], `${describe(name)} is not the name of a Service`) ?? [];
  if (typeof home !== 'string' || !isDnsLabel(home)) return book.error('NAME_INVALID', [...at, 'namespace'], `${describe(home)} is not a namespace`) ?? [];
  return [{ service: { namespace: home, name } }];
};

/** Cilium means other nodes than the pod's own, which only on the way in makes no difference. */
const readNode = (raw: unknown, path: Path, { direction }: PeerPlace, book: Notebook): readonly Plain[] => {
  if (direction === 'egress') return book.error('UNSUPPORTED', path, "a pod's own node cannot be told from other nodes here") ?? [];
  const labels = readLabelSelector(raw, path, book);
  return labels === undefined ? [] : [{ nodes: labels }];
};

type ReadItem = (raw: unknown, path: Path, place: PeerPlace, book: Notebook) => Alternatives;

const common: Readonly<Record<string, ReadItem>> = {
  Endpoints: readEndpoint,
  CIDR: (raw, path, _place, book) => readCidr(raw, path, book),
  CIDRSet: (raw, path, _place, book) => readCidrSet(raw, path, book),
  Nodes: readNode,
};
const towards: Readonly<Record<string, ReadItem>> = { Services: readService, FQDNs: (raw, path, _place, book) => readName(raw, path, book) };

export const peerFields = ({ direction, action }: Pick<PeerPlace, 'direction' | 'action'>): readonly string[] => {
  const names = [...Object.keys(common), 'Entities', 'Requires', 'Groups', ...(direction === 'egress' ? ['Services'] : []), ...(direction === 'egress' && action === 'Allow' ? ['FQDNs'] : [])];
  return names.map((name) => `${direction === 'ingress' ? 'from' : 'to'}${name}`);
};

const join = (all: readonly Alternatives[]): Alternatives => (all.includes('any') ? 'any' : all.flatMap((one) => (one === 'any' ? [] : one)));

/** Undefined: no list at all, which means everybody where there are ports, and nobody where there are none. */
export const readPeers = (rule: ForeignRecord, path: Path, place: PeerPlace, book: Notebook): Alternatives | undefined => {
  const side = place.direction === 'ingress' ? 'from' : 'to';
  book.unsayable(rule, [`${side}Requires`], path, 'it would narrow every other rule');
  book.unsayable(rule, [`${side}Groups`], path, 'who is in groups of cloud providers is not known here');
  const lists = Object.entries({ ...common, ...towards }).map(([name, read]) => {
    const field = `${side}${name}`;
    return book.list(rule.get(field), [...path, field])?.map((item, i) => read(item, [...path, field, i], place, book));
  });
  const entities = book.list(rule.get(`${side}Entities`), [...path, `${side}Entities`])?.map((raw, i) => ({ raw, path: [...path, `${side}Entities`, i] }));
  const written = [...lists, entities === undefined ? undefined : entities.length === 0 ? [] : [readEntities(entities, place, book)]].filter((one) => one !== undefined);
  if (written.length === 0) return undefined;
  return written.some((list) => list.length === 0) ? [] : join(written.flat());
};
