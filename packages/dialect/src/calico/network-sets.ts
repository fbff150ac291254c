/**
 * NetworkSet and GlobalNetworkSet: addresses with labels. A rule's selector means them as well as pods.
 *
 * @module
 */
import { type Block, readBlock } from '../cidr-blocks.ts';
import { type ForeignRecord, isEmpty, type Notebook } from '../notebook.ts';
import type { Origin } from '../origin.ts';
import { isTrueOf, type Lookup } from './expression/alternatives.ts';
import type { Expression } from './expression/expression.ts';

export interface NetworkSet {
  readonly origin: Origin;
  readonly labels: ReadonlyMap<string, string>;
  /** Undefined: the set is at fault, and so is every rule that means it. */
  readonly blocks: readonly Block[] | undefined;
}

const readBlocks = (object: ForeignRecord, book: Notebook): readonly Block[] => {
  const spec = book.object(object.get('spec'), ['spec'], ['nets', 'allowedEgressDomains']);
  if (spec !== undefined && !isEmpty(spec.get('allowedEgressDomains'))) book.error('UNSUPPORTED', ['spec', 'allowedEgressDomains'], 'a set of names cannot be said here');
  const nets = book.list(spec?.get('nets'), ['spec', 'nets']) ?? [];
  return nets.flatMap((net, i) => {
    const cidr = readBlock(net, ['spec', 'nets', i], book);
    return cidr === undefined ? [] : [{ cidr, except: [] }];
  });
};

export const readNetworkSet = (object: ForeignRecord, origin: Origin, isSpoilt: boolean, book: Notebook): NetworkSet => {
  const blocks = book.attempt((draft) => readBlocks(object, draft));
  const metadata = book.object(object.get('metadata'), ['metadata']);
  const labels = book.object(metadata?.get('labels'), ['metadata', 'labels']) ?? new Map<string, unknown>();
  const texts = [...labels].flatMap(([key, value]): [string, string][] => (typeof value === 'string' ? [[key, value]] : (book.error('TYPE', ['metadata', 'labels', key], 'a label value is a text') ?? [])));
  return { origin, labels: new Map(texts), blocks: isSpoilt || texts.length < labels.size ? undefined : blocks };
};

/** Where a rule looks for sets. `own`: in this namespace only; `any`: everywhere; else in namespaces by their labels. */
export type SetScope = { readonly kind: 'own'; readonly namespace: string } | { readonly kind: 'any' } | { readonly kind: 'labels'; readonly expression: Expression };

/** Of a namespace only its name is known here; of what has none, that it has none. */
const namespaceLookup =
  (namespace: string | undefined): Lookup =>
  (key) => {
    if (namespace === undefined) return { value: undefined };
    return key === 'projectcalico.org/name' || key === 'kubernetes.io/metadata.name' ? { value: namespace } : 'unknown';
  };

const inScope = ({ origin: { namespace } }: NetworkSet, scope: SetScope): boolean | undefined => {
  switch (scope.kind) {
    case 'any':
      return true;
    case 'own':
      return namespace === scope.namespace;
    case 'labels':
      // Calico reads all() as "in some namespace".
      return isTrueOf(scope.expression, namespaceLookup(namespace), { all: namespace !== undefined, global: namespace === undefined });
  }
};

const ownLabels =
  ({ labels, origin: { namespace } }: NetworkSet): Lookup =>
  (key) =>
    key === 'projectcalico.org/namespace' ? { value: namespace } : key.startsWith('pcns.') ? namespaceLookup(namespace)(key.slice(5)) : { value: labels.get(key) };

/** Undefined: whether the set is meant depends on labels of its namespace, which are not known here. */
export const isMeant = (set: NetworkSet, expression: Expression, scope: SetScope): boolean | undefined => {
  const parts = [inScope(set, scope), isTrueOf(expression, ownLabels(set), { all: true, global: false })];
  return parts.includes(false) ? false : parts.includes(undefined) ? undefined : true;
};
