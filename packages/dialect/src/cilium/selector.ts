/**
 * Cilium's endpoint selectors: Kubernetes' form, with a source before each key (`k8s:`, `any:`, `reserved:`), and with system facts
 * among the labels. Here each requirement goes to what it is about.
 *
 * @module
 */
import { parseLabelSelector } from '@firsthop/selector';
import { type ForeignRecord, isAbsent, type Notebook, type Path } from '../notebook.ts';

export interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

export interface EndpointSelector {
  readonly pod: readonly Requirement[];
  readonly namespace: readonly Requirement[];
  readonly cluster: readonly Requirement[];
  readonly account: readonly Requirement[];
  /** Names behind `reserved:`. */
  readonly reserved: readonly string[];
}

type Space = Exclude<keyof EndpointSelector, 'reserved'>;

const nameKey = 'kubernetes.io/metadata.name';
const namespaceLabels = 'io.cilium.k8s.namespace.labels.';
const facts: ReadonlyMap<string, readonly [Space, string]> = new Map<string, readonly [Space, string]>([
  ['io.kubernetes.pod.namespace', ['namespace', nameKey]],
  ['io.cilium.k8s.policy.cluster', ['cluster', nameKey]],
  ['io.cilium.k8s.policy.serviceaccount', ['account', 'name']],
]);

const spaceOf = (key: string): readonly [Space, string] => facts.get(key) ?? (key.startsWith(namespaceLabels) ? ['namespace', key.slice(namespaceLabels.length)] : ['pod', key]);

/** With the path at which it was written. */
interface Written {
  readonly raw: Readonly<Record<string, unknown>>;
  readonly source: string;
  readonly key: string;
  readonly path: Path;
}

const splitKey = (text: string): readonly [source: string, key: string] => {
  const colon = text.indexOf(':');
  return colon < 0 ? ['any', text] : [text.slice(0, colon), text.slice(colon + 1)];
};

const writtenLabels = (raw: unknown, path: Path, book: Notebook): readonly Written[] =>
  [...(book.object(raw, path) ?? [])].map(([text, value]) => {
    const [source, key] = splitKey(text);
    return { raw: { operator: 'In', values: [value] }, source, key, path: [...path, text] };
  });

const writtenExpressions = (raw: unknown, path: Path, book: Notebook): readonly Written[] =>
  (book.list(raw, path) ?? []).flatMap((item, i): Written[] => {
    const expression = book.required(item, [...path, i], ['key', 'operator', 'values']);
    const text = expression?.get('key');
    if (expression === undefined || typeof text !== 'string') return expression === undefined ? [] : (book.error('REQUIRED', [...path, i, 'key'], 'key is a text') ?? []);
    const [source, key] = splitKey(text);
    return [{ raw: { operator: expression.get('operator'), ...(isAbsent(expression.get('values')) ? {} : { values: expression.get('values') }) }, source, key, path: [...path, i] }];
  });

const readReserved = ({ raw, key, path }: Written, book: Notebook): string | undefined =>
  raw['operator'] === 'In' || raw['operator'] === 'Exists' ? key : book.error('UNSUPPORTED', path, 'a reserved label is there, or nothing is said of it');

const readRequirement = ({ raw, key, path }: Written, own: string, book: Notebook): Requirement | undefined => {
  const read = parseLabelSelector({ matchExpressions: [{ ...raw, key: own }] }, []);
  if (read.ok) return read.value.requirements[0];
  for (const { code, message } of read.error) book.error(code, path, `${key}: ${message}`);
  return undefined;
};

const sort = (written: readonly Written[], book: Notebook): EndpointSelector => {
  const sorted: Record<Space, Requirement[]> & { readonly reserved: string[] } = { pod: [], namespace: [], cluster: [], account: [], reserved: [] };
  for (const one of written) {
    if (one.source === 'reserved') {
      const name = readReserved(one, book);
      if (name !== undefined) sorted.reserved.push(name);
      continue;
    }
    const [space, own] = spaceOf(one.key);
    if (one.source !== 'any' && one.source !== 'k8s') book.error('UNSUPPORTED', one.path, `labels of the source ${one.source} cannot be said here`);
    else if (space === 'pod' && one.key.startsWith('io.cilium.')) book.error('UNSUPPORTED', one.path, `${one.key} cannot be said here`);
    const requirement = readRequirement(one, own, book);
    if (requirement !== undefined) sorted[space].push(requirement);
  }
  return sorted;
};

/** Undefined: not written, or no object. */
export const readSelector = (raw: unknown, path: Path, book: Notebook): EndpointSelector | undefined => {
  const selector: ForeignRecord | undefined = book.object(raw, path, ['matchLabels', 'matchExpressions']);
  if (selector === undefined) return undefined;
  return sort([...writtenLabels(selector.get('matchLabels'), [...path, 'matchLabels'], book), ...writtenExpressions(selector.get('matchExpressions'), [...path, 'matchExpressions'], book)], book);
};

/** The only value that it allows for the name; undefined: there may be several. */
export const soleName = (requirements: readonly Requirement[]): string | undefined => {
  const [only, ...more] = requirements;
  return only !== undefined && more.length === 0 && only.operator === 'In' && only.values.length === 1 ? only.values[0] : undefined;
};
