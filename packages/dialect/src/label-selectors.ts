/**
 * Kubernetes label selectors of foreign objects: checked here, so that a fault has the foreign path, and kept as they were written.
 *
 * @module
 */
import { parseLabelSelector } from '@firsthop/selector';
import { isAbsent, type Notebook, type Path } from './notebook.ts';
import type { Plain } from './translation.ts';

/** Undefined: not written, or at fault. */
export const readLabelSelector = (raw: unknown, path: Path, book: Notebook): Plain | undefined => {
  if (isAbsent(raw)) return undefined;
  const read = parseLabelSelector(raw, path);
  if (!read.ok) {
    for (const { code, path: at, message } of read.error) book.error(code, at, message);
    return undefined;
  }
  return writeRequirements(read.value.requirements);
};

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** As people write it: single values under matchLabels, everything else under matchExpressions. */
export const writeRequirements = (requirements: readonly Requirement[]): Plain => {
  const isFirst = (key: string, i: number): boolean => requirements.findIndex((other) => other.key === key && isPlain(other)) === i;
  const isPlain = ({ operator, values }: Requirement): boolean => operator === 'In' && values.length === 1;
  const plain = requirements.filter((one, i) => isPlain(one) && isFirst(one.key, i));
  const rest = requirements.filter((one) => !plain.includes(one));
  return {
    ...(plain.length === 0 ? {} : { matchLabels: Object.fromEntries(plain.map(({ key, values }) => [key, values[0] ?? ''])) }),
    ...(rest.length === 0 ? {} : { matchExpressions: rest.map(({ key, operator, values }) => (values.length === 0 ? { key, operator } : { key, operator, values })) }),
  };
};

/** The selector of namespaces of this name. */
export const namespaceCalled = (name: string): Plain => ({ matchLabels: { 'kubernetes.io/metadata.name': name } });
