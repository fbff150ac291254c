/**
 * ClusterGroup and Group of Antrea, which policies name.
 *
 * @module
 */
import { type ForeignRecord, describe, isEmpty, type Notebook } from '../notebook.ts';
import type { Origin } from '../origin.ts';
import { ownName } from '../own-names.ts';
import { ownObject } from '../own-policy.ts';
import type { Plain } from '../translation.ts';
import type { DraftGroup, GroupIndex } from './group-index.ts';
import { readIpBlock, readNamespacedName, readWorkloads } from './peers.ts';

const fields = ['podSelector', 'namespaceSelector', 'ipBlock', 'ipBlocks', 'serviceReference', 'externalEntitySelector', 'childGroups'];

const kinds: readonly (readonly [string, readonly string[]])[] = [['selectors', ['podSelector', 'namespaceSelector', 'externalEntitySelector']], ['ipBlocks', ['ipBlock', 'ipBlocks']], ['serviceReference', ['serviceReference']], ['childGroups', ['childGroups']]];

const readMembers = (spec: ForeignRecord, kind: string, book: Notebook): readonly Plain[] => {
  switch (kind) {
    case 'selectors':
      return [readWorkloads(spec, ['spec'], book)];
    case 'ipBlocks': {
      const single = isEmpty(spec.get('ipBlock')) ? [] : [readIpBlock(spec.get('ipBlock'), ['spec', 'ipBlock'], book)];
      const many = book.list(spec.get('ipBlocks'), ['spec', 'ipBlocks'])?.map((item, i) => readIpBlock(item, ['spec', 'ipBlocks', i], book)) ?? [];
      return [...single, ...many].filter((one) => one !== undefined);
    }
    case 'serviceReference':
      return [{ service: readNamespacedName(spec.get('serviceReference'), ['spec', 'serviceReference'], book) }];
    default:
      return (book.texts(spec.get('childGroups'), ['spec', 'childGroups']) ?? []).map((name) => ({ group: { name: ownName('antrea', name) } }));
  }
};

export const readGroup = (object: ForeignRecord, origin: Origin, book: Notebook): DraftGroup | undefined => {
  const spec = book.required(object.get('spec'), ['spec'], fields);
  if (spec === undefined) return undefined;
  const used = kinds.filter(([, names]) => names.some((name) => !isEmpty(spec.get(name)))).map(([kind]) => kind);
  const [kind] = used;
  if (kind === undefined) return book.error('PEER_EMPTY', ['spec'], 'a group has members');
  if (used.length > 1) return book.error('PEER_CONFLICT', ['spec'], `${used.join(', ')} exclude each other`);
  const members = readMembers(spec, kind, book);
  const children = kind === 'childGroups' ? (book.texts(spec.get('childGroups'), ['spec', 'childGroups']) ?? []) : [];
  return { origin, members, children, isOfAddresses: kind === 'ipBlocks' || kind === 'serviceReference' };
};

/** What is wrong with a group only because of what else there is, or is not. */
export const checkChildren = ({ origin: { namespace }, children }: DraftGroup, groups: GroupIndex, book: Notebook): void => {
  for (const [i, child] of children.entries()) {
    const path = ['spec', 'childGroups', i];
    if (groups.isNested(namespace, child)) book.error('TOO_LARGE', path, `${describe(child)} has child groups itself: a group in a group is the most`);
    else if (!groups.has(namespace, child)) book.error('NOT_FOUND', path, `there is no group ${describe(child)} that can be translated`);
  }
};

export const writeGroup = ({ origin, members }: DraftGroup): Plain => ownObject(origin.namespace === undefined ? 'ClusterGroup' : 'Group', origin, ownName('antrea', origin.name), { members });
