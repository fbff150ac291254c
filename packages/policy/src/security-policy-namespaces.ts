/**
 * Which namespaces and clusters an entry of our own kinds is about: `namespaceSelector`, `namespaces`, `scope` and `clusters`.
 *
 * @module
 */
import { fail, ok } from '@firsthop/base';
import { type ClusterScope, isLabelKey, type NamespaceScope, type RelativeScope } from '@firsthop/selector';
import { homeCluster, homeNamespace, namespacesOf, type Origin, readSelector } from './bind-selector.ts';
import { policyLimits } from './limits.ts';
import { describe, errorsOf, type ForeignRecord, isAbsent, type Path, type Read, readChoice, readItems, readList, readObject, refuse, unknownFields } from './reading.ts';

export type Scope = NamespaceScope | RelativeScope;

/** What `Self` and `sameLabels` may refer to. `nobody`: there is no subject to be the same as. */
export type Beholder = 'subject' | 'nobody';

const readKey = (raw: unknown, path: Path): Read<string> => (typeof raw === 'string' && isLabelKey(raw) ? ok(raw) : refuse('SELECTOR_INVALID', path, `${describe(raw)} is not a label key`));

const readSameLabels = (raw: unknown, path: Path): Read<Scope> => {
  const items = readList(raw, path, policyLimits.sameLabels);
  if (!items.ok) return items;
  if (items.value.length === 0) return refuse('REQUIRED', path, 'say which labels are to be the same');
  const keys = readItems(items.value, path, readKey);
  return keys.ok ? ok({ kind: 'sameLabels', keys: keys.value }) : keys;
};

const readSelf = (raw: unknown, path: Path, origin: Origin): Read<Scope> => {
  const match = readChoice(raw, path, ['Self']);
  if (!match.ok) return match;
  return ok(origin.namespace === undefined ? { kind: 'self' } : homeNamespace(origin));
};

/** `undefined`: not written. */
const readNamespaces = (raw: unknown, path: Path, origin: Origin, beholder: Beholder): Read<Scope | undefined> => {
  if (isAbsent(raw)) return ok(undefined);
  const object = readObject(raw, path, '{match: Self} or {sameLabels: [keys]}');
  if (!object.ok) return object;
  const unknown = unknownFields(object.value, ['match', 'sameLabels'], path);
  if (unknown.length > 0) return fail(unknown);
  const [match, sameLabels] = [object.value.get('match'), object.value.get('sameLabels')];
  if (!isAbsent(match) && !isAbsent(sameLabels)) return refuse('PEER_CONFLICT', path, 'match and sameLabels exclude each other');
  const scope = isAbsent(sameLabels) ? readSelf(match, [...path, 'match'], origin) : readSameLabels(sameLabels, [...path, 'sameLabels']);
  const isRelative = scope.ok && (scope.value.kind === 'self' || scope.value.kind === 'sameLabels');
  return isRelative && beholder === 'nobody' ? refuse('PEER_CONFLICT', path, 'the same as whose? Only a peer in a rule is seen from a subject; use a namespaceSelector here') : scope;
};

export const readNamespaceScope = (entry: ForeignRecord, path: Path, origin: Origin, beholder: Beholder): Read<Scope> => {
  const byLabels = readSelector(entry.get('namespaceSelector'), [...path, 'namespaceSelector']);
  const byWord = readNamespaces(entry.get('namespaces'), [...path, 'namespaces'], origin, beholder);
  if (!byLabels.ok || !byWord.ok) return fail([...errorsOf(byLabels), ...errorsOf(byWord)]);
  if (byLabels.value !== undefined && byWord.value !== undefined) return refuse('PEER_CONFLICT', path, 'namespaceSelector and namespaces exclude each other');
  return ok(byLabels.value === undefined ? (byWord.value ?? homeNamespace(origin)) : namespacesOf(byLabels.value));
};

/** The own cluster, unless the entry says otherwise. */
export const readClusterScope = (entry: ForeignRecord, path: Path, origin: Origin): Read<ClusterScope> => {
  const written = entry.get('scope');
  const scope = isAbsent(written) ? ok(undefined) : readChoice(written, [...path, 'scope'], ['Cluster', 'ClusterSet']);
  const byLabels = readSelector(entry.get('clusters'), [...path, 'clusters']);
  if (!scope.ok || !byLabels.ok) return fail([...errorsOf(scope), ...errorsOf(byLabels)]);
  if (byLabels.value === undefined) return ok(scope.value === 'ClusterSet' ? { kind: 'any' } : homeCluster(origin));
  if (scope.value === 'Cluster') return refuse('PEER_CONFLICT', path, 'clusters names others, and scope: Cluster means this one alone');
  return ok(byLabels.value.requirements.length === 0 ? { kind: 'any' } : { kind: 'labels', selector: byLabels.value });
};
