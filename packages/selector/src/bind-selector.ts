/**
 * Relative selectors (`namespaces: Self`, `sameLabels`) in the eyes of one subject.
 *
 * @module
 */
import type { RelativeSelector, SelectableFacts, WorkloadSelector } from './workload-selector.ts';

export const isRelative = ({ namespaces }: RelativeSelector): boolean => namespaces.kind === 'self' || namespaces.kind === 'sameLabels';

/**
 * What the selector means where the subject stands. Undefined: it selects nobody, because no key is named or the subject's own
 * namespace lacks one of them (a missing label is never "the same").
 */
export const bindSelector = (selector: RelativeSelector, subject: Pick<SelectableFacts, 'namespace' | 'namespaceLabels'>): WorkloadSelector | undefined => {
  const { namespaces, ...rest } = selector;
  if (namespaces.kind === 'self') return { ...rest, namespaces: { kind: 'named', namespace: subject.namespace } };
  if (namespaces.kind !== 'sameLabels') return { ...rest, namespaces };
  const requirements = namespaces.keys.flatMap((key) => {
    const value = subject.namespaceLabels.get(key);
    return value === undefined ? [] : [{ key, operator: 'In' as const, values: [value] }];
  });
  if (namespaces.keys.length === 0 || requirements.length < namespaces.keys.length) return undefined;
  return { ...rest, namespaces: { kind: 'labels', selector: { requirements } } };
};
