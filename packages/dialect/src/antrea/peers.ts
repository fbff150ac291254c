/**
 * Peers, and entries of appliedTo, of Antrea's policies and groups. Nearly all of them are ours under the same or another name.
 *
 * @module
 */
import { isDnsLabel, isDnsName } from '@firsthop/policy';
import { readBlock, writeBlock } from '../cidr-blocks.ts';
import { readLabelSelector } from '../label-selectors.ts';
import { describe, type ForeignRecord, isAbsent, isEmpty, type Notebook, type Path } from '../notebook.ts';
import { ownName } from '../own-names.ts';
import type { Plain } from '../translation.ts';
import type { GroupIndex } from './group-index.ts';

/** Where a policy stands. `namespace: undefined`: it is a ClusterNetworkPolicy. */
export interface Place {
  readonly namespace: string | undefined;
  readonly groups: GroupIndex;
  readonly action: string | undefined;
}

const peerFields = ['ipBlock', 'podSelector', 'namespaceSelector', 'namespaces', 'externalEntitySelector', 'group', 'fqdn', 'serviceAccount', 'nodeSelector', 'scope'];
const subjectFields = ['podSelector', 'namespaceSelector', 'externalEntitySelector', 'group', 'serviceAccount', 'service', 'nodeSelector'];
const selectors = ['podSelector', 'namespaceSelector', 'namespaces', 'externalEntitySelector', 'scope'];

export const readNamespacedName = (raw: unknown, path: Path, book: Notebook): Plain | undefined => {
  const object = book.required(raw, path, ['name', 'namespace']);
  if (object === undefined) return undefined;
  const [name, namespace] = [object.get('name'), object.get('namespace')];
  if (typeof name !== 'string' || !isDnsName(name)) return book.error('NAME_INVALID', [...path, 'name'], `${describe(name)} is not a name`);
  if (typeof namespace !== 'string' || !isDnsLabel(namespace)) return book.error('NAME_INVALID', [...path, 'namespace'], `${describe(namespace)} is not a namespace`);
  return { namespace, name };
};

const readNamespaces = (raw: unknown, path: Path, book: Notebook): Plain | undefined => {
  const object = book.object(raw, path, ['match', 'sameLabels']);
  if (object === undefined) return undefined;
  const keys = book.texts(object.get('sameLabels'), [...path, 'sameLabels']);
  if (keys !== undefined && keys.length > 0) return isEmpty(object.get('match')) ? { sameLabels: keys } : book.error('PEER_CONFLICT', path, 'match and sameLabels exclude each other');
  return book.choice(object.get('match'), [...path, 'match'], ['Self']) === undefined ? undefined : { match: 'Self' };
};

/** An external entity is a machine that is no pod: a virtual machine of ours. */
export const readWorkloads = (entry: ForeignRecord, path: Path, book: Notebook): Plain => {
  const pod = readLabelSelector(entry.get('podSelector'), [...path, 'podSelector'], book);
  const vm = readLabelSelector(entry.get('externalEntitySelector'), [...path, 'externalEntitySelector'], book);
  const byLabels = readLabelSelector(entry.get('namespaceSelector'), [...path, 'namespaceSelector'], book);
  const byWord = readNamespaces(entry.get('namespaces'), [...path, 'namespaces'], book);
  if (pod !== undefined && vm !== undefined) book.error('PEER_CONFLICT', path, 'podSelector and externalEntitySelector exclude each other');
  if (byLabels !== undefined && byWord !== undefined) book.error('PEER_CONFLICT', path, 'namespaceSelector and namespaces exclude each other');
  const scope = isEmpty(entry.get('scope')) ? 'Cluster' : book.choice(entry.get('scope'), [...path, 'scope'], ['Cluster', 'ClusterSet']);
  return { ...(pod === undefined ? {} : { podSelector: pod }), ...(vm === undefined ? {} : { vmSelector: vm }), ...(byLabels === undefined ? {} : { namespaceSelector: byLabels }), ...(byWord === undefined ? {} : { namespaces: byWord }), ...(scope === 'ClusterSet' ? { scope } : {}) };
};

/** Antrea's `*x` also means x itself, ours never does; `*.x` is the same in both. */
const readName = (raw: unknown, path: Path, { action }: Place, book: Notebook): Plain | undefined => {
  if (action !== 'Allow') return book.error('UNSUPPORTED', path, 'a name stands in a rule that allows, and in no other');
  if (typeof raw !== 'string') return book.error('TYPE', path, `a domain name is expected here, not ${describe(raw)}`);
  const name = raw.toLowerCase();
  if (isDnsName(name.startsWith('*.') ? name.slice(2) : name)) return { fqdn: name };
  return book.error('UNSUPPORTED', path, `${describe(raw)} cannot be said: a name, or *.name for one or more labels before it`);
};

const readGroup = (raw: unknown, path: Path, { groups, namespace }: Place, book: Notebook): Plain | undefined => {
  if (typeof raw !== 'string') return book.error('TYPE', path, `the name of a group is expected here, not ${describe(raw)}`);
  return groups.has(namespace, raw) ? { group: { name: ownName('antrea', raw) } } : book.error('NOT_FOUND', path, `there is no ${namespace === undefined ? 'ClusterGroup' : 'Group'} ${describe(raw)} that can be translated`);
};

const soleFields: readonly string[] = ['ipBlock', 'group', 'fqdn', 'serviceAccount', 'service', 'nodeSelector'];

/** The one field that stands alone, or `selectors`, or undefined after a fault. */
const form = (entry: ForeignRecord, path: Path, book: Notebook): string | undefined => {
  const sole = soleFields.filter((field) => !isEmpty(entry.get(field)));
  const named = selectors.filter((field) => !isEmpty(entry.get(field)));
  if (sole.length + named.length === 0) return book.error('PEER_EMPTY', path, 'an entry names somebody');
  if (sole.length > 1 || (sole.length === 1 && named.some((field) => field !== 'scope'))) return book.error('PEER_CONFLICT', path, `${sole.join(', ')}: each of them stands alone`);
  if (sole.length === 1 && named.length > 0) return book.error('UNSUPPORTED', [...path, 'scope'], 'a scope belongs to selectors');
  return sole[0] ?? 'selectors';
};

export const readIpBlock = (raw: unknown, path: Path, book: Notebook): Plain | undefined => {
  const object = book.required(raw, path, ['cidr']);
  const cidr = object === undefined ? undefined : readBlock(object.get('cidr'), [...path, 'cidr'], book);
  return cidr === undefined ? undefined : writeBlock({ cidr, except: [] });
};

export const readPeer = (raw: unknown, path: Path, place: Place, book: Notebook): Plain | undefined => {
  const entry = book.required(raw, path, peerFields);
  const field = entry === undefined ? undefined : form(entry, path, book);
  if (entry === undefined || field === undefined) return undefined;
  const at = [...path, field];
  switch (field) {
    case 'ipBlock':
      return readIpBlock(entry.get(field), at, book);
    case 'group':
      return readGroup(entry.get(field), at, place, book);
    case 'fqdn':
      return readName(entry.get(field), at, place, book);
    case 'serviceAccount':
      return { serviceAccount: readNamespacedName(entry.get(field), at, book) };
    case 'nodeSelector':
      return { nodes: readLabelSelector(entry.get(field), at, book) };
    default:
      if (place.namespace !== undefined && !isAbsent(entry.get('namespaces'))) book.error('UNSUPPORTED', [...path, 'namespaces'], 'namespaces stands in a ClusterNetworkPolicy only');
      return readWorkloads(entry, path, book);
  }
};

/** Whom a policy governs. */
export const readSubject = (raw: unknown, path: Path, place: Place, book: Notebook): Plain | undefined => {
  const entry = book.required(raw, path, subjectFields);
  const field = entry === undefined ? undefined : form(entry, path, book);
  if (entry === undefined || field === undefined) return undefined;
  const at = [...path, field];
  switch (field) {
    case 'group':
      if (typeof entry.get(field) === 'string' && place.groups.isOfAddresses(place.namespace, String(entry.get(field)))) return book.error('UNSUPPORTED', at, 'a group of addresses or of a Service governs nobody here');
      return readGroup(entry.get(field), at, place, book);
    case 'serviceAccount':
      return { serviceAccount: readNamespacedName(entry.get(field), at, book) };
    case 'service':
    case 'nodeSelector':
      return book.error('UNSUPPORTED', at, `policies of ${field === 'service' ? 'NodePort Services' : 'nodes'} cannot be said here`);
    default:
      if (place.namespace !== undefined && !isAbsent(entry.get('namespaceSelector'))) return book.error('PEER_CONFLICT', [...path, 'namespaceSelector'], 'a namespaced policy governs its own namespace only');
      return readWorkloads(entry, path, book);
  }
};
