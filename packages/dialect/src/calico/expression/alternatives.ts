/**
 * From an expression to alternatives of conjunctions, which is what our selectors can say; and to what is true of given labels.
 *
 * Calico keeps some system facts among a pod's labels. They are told apart here: what is said of the namespace becomes a requirement on
 * the namespace.
 *
 * @module
 */
import type { Notebook, Path } from '../../notebook.ts';
import type { Expression } from './expression.ts';

export interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}

/** All of them, on a pod and on its namespace. */
export interface Conjunction {
  readonly pod: readonly Requirement[];
  readonly namespace: readonly Requirement[];
}

/** Any of them: `[]` is nobody, `[{pod: [], namespace: []}]` everybody. Undefined: too many. */
export type Choice = readonly Conjunction[];

export const everybody: Choice = [{ pod: [], namespace: [] }];
const nobody: Choice = [];

const most = { alternatives: 64, requirements: 128 };

export type Space = 'pod' | 'namespace';

export const nameKey = 'kubernetes.io/metadata.name';

/** Labels that Calico makes itself. */
const ownKeys: ReadonlyMap<string, string> = new Map([['projectcalico.org/namespace', nameKey], ['projectcalico.org/name', nameKey]]);

export const both = (a: Choice, b: Choice): Choice | undefined => {
  if (a.length * b.length > most.alternatives) return undefined;
  const joined = a.flatMap((left) => b.map((right): Conjunction => ({ pod: [...left.pod, ...right.pod], namespace: [...left.namespace, ...right.namespace] })));
  return joined.some(({ pod, namespace }) => pod.length + namespace.length > most.requirements) ? undefined : joined;
};

const either = (a: Choice, b: Choice): Choice | undefined => (a.length + b.length > most.alternatives ? undefined : [...a, ...b]);

const constant = (isTrue: boolean): Choice => (isTrue ? everybody : nobody);

class Normaliser {
  readonly #space: Space;
  readonly #path: Path;
  readonly #book: Notebook;

  constructor(space: Space, path: Path, book: Notebook) {
    this.#space = space;
    this.#path = path;
    this.#book = book;
  }

  choice(expression: Expression, isTrue = true): Choice | undefined {
    switch (expression.kind) {
      case 'all':
        return constant(isTrue);
      case 'global':
        return constant(!isTrue);
      case 'has':
        return this.#literal({ key: expression.key, operator: isTrue ? 'Exists' : 'DoesNotExist', values: [] });
      case 'is':
        return expression.values.length === 0 ? constant(!isTrue) : this.#literal({ key: expression.key, operator: isTrue ? 'In' : 'NotIn', values: expression.values });
      case 'not':
        return this.choice(expression.of, !isTrue);
      case 'and':
      case 'or':
        return this.#fold(expression.of, (expression.kind === 'and') === isTrue ? both : either, isTrue);
    }
  }

  #fold(parts: readonly Expression[], join: typeof both, isTrue: boolean): Choice | undefined {
    let sum: Choice | undefined = join === both ? everybody : nobody;
    for (const part of parts) {
      const choice = this.choice(part, isTrue);
      sum = sum === undefined || choice === undefined ? undefined : join(sum, choice);
      if (sum === undefined) return undefined;
    }
    return sum;
  }

  #literal(requirement: Requirement): Choice {
    const { key } = requirement;
    const of = (space: Space, own: string): Choice => [{ pod: [], namespace: [], [space]: [{ ...requirement, key: own }] }];
    if (this.#space === 'namespace') return of('namespace', key === 'projectcalico.org/name' ? nameKey : key);
    if (key === 'projectcalico.org/orchestrator') return constant(holds(requirement, 'k8s'));
    if (key === 'projectcalico.org/namespace') return of('namespace', nameKey);
    if (key.startsWith('pcns.')) return of('namespace', ownKeys.get(key.slice(5)) ?? key.slice(5));
    if (key.startsWith('projectcalico.org/') || key.startsWith('pcsa.')) this.#book.error('UNSUPPORTED', this.#path, `${key} cannot be said here`);
    return of('pod', key);
  }
}

/** Whether a label of this value is what the requirement asks for. Undefined: the label is absent. */
export const holds = ({ operator, values }: Requirement, value: string | undefined): boolean => {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
};

/** Undefined after a fault. */
export const readChoice = (expression: Expression, space: Space, path: Path, book: Notebook): Choice | undefined => {
  const choice = new Normaliser(space, path, book).choice(expression);
  return choice ?? book.error('TOO_LARGE', path, `more than ${most.alternatives} alternatives`);
};

/** What is known of a label: its value, that it is absent, or nothing at all. */
export type Lookup = (key: string) => { readonly value: string | undefined } | 'unknown';

/** What `all()` and `global()` mean there. */
export interface Constants {
  readonly all: boolean;
  readonly global: boolean;
}

/** Undefined: it depends on what is not known. */
export const isTrueOf = (expression: Expression, lookup: Lookup, constants: Constants): boolean | undefined => {
  switch (expression.kind) {
    case 'all':
    case 'global':
      return constants[expression.kind];
    case 'has':
    case 'is': {
      const found = lookup(expression.key);
      if (found === 'unknown') return undefined;
      return expression.kind === 'has' ? found.value !== undefined : found.value !== undefined && expression.values.includes(found.value);
    }
    case 'not': {
      const of = isTrueOf(expression.of, lookup, constants);
      return of === undefined ? undefined : !of;
    }
    case 'and':
    case 'or': {
      const parts = expression.of.map((part) => isTrueOf(part, lookup, constants));
      const decisive = expression.kind === 'or';
      return parts.includes(decisive) ? decisive : parts.includes(undefined) ? undefined : !decisive;
    }
  }
};
