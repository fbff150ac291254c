/**
 * Alternatives of a selector as entries of our own kinds.
 *
 * @module
 */
import { namespaceCalled, writeRequirements } from '../label-selectors.ts';
import type { Notebook, Path } from '../notebook.ts';
import type { Plain } from '../translation.ts';
import { type Choice, type Conjunction, holds, nameKey, type Requirement } from './expression/alternatives.ts';

/** Of a namespaced policy's own namespace the name is known, so what is said of it is decided here. Undefined: it asks for another label. */
const holdsAtHome = (requirements: readonly Requirement[], namespace: string): boolean | undefined => {
  const known = requirements.filter(({ key }) => key === nameKey);
  if (known.some((one) => !holds(one, namespace))) return false;
  return known.length === requirements.length ? true : undefined;
};

/** Those alternatives that are left in the namespace, about pods alone. */
export const atHome = (choice: Choice, namespace: string, path: Path, book: Notebook): Choice =>
  choice.flatMap(({ pod, namespace: asked }): Conjunction[] => {
    const decided = holdsAtHome(asked, namespace);
    if (decided === undefined) book.error('UNSUPPORTED', path, 'a namespaced policy knows the name of its own namespace, and no other label of it');
    return decided === true ? [{ pod, namespace: [] }] : [];
  });

/** In a namespaced policy `podSelector` alone is its own namespace; `reach: every` says that all of them are meant. */
export const writePod = ({ pod, namespace }: Conjunction, reach: 'home' | 'every'): Plain => ({
  podSelector: writeRequirements(pod),
  ...(namespace.length > 0 ? { namespaceSelector: writeRequirements(namespace) } : reach === 'every' ? { namespaceSelector: {} } : {}),
});

/** The only namespace in which the alternative can be true; undefined: there may be several. */
export const soleNamespace = ({ namespace }: Conjunction): string | undefined => {
  const [value, ...more] = namespace.find(({ key, operator, values }) => key === nameKey && operator === 'In' && values.length === 1)?.values ?? [];
  return more.length === 0 && namespace.length === 1 ? value : undefined;
};

export const writeAccount = (conjunction: Conjunction, namespace: string, name: string): Plain => ({
  serviceAccount: { namespace, name },
  ...(conjunction.pod.length === 0 ? {} : { podSelector: writeRequirements(conjunction.pod), namespaceSelector: namespaceCalled(namespace) }),
});
