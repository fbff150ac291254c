/** Keys and values as they stand on an object. A Map, because the keys are chosen by others: `__proto__` is a key like any other. */
export type Labels = ReadonlyMap<string, string>;

export type Operator = 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';

/** `NotIn` and `DoesNotExist` match when the key is absent. `values` is sorted and has no repeats; empty for the last two operators. */
export interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}

/** All requirements together. None at all matches everything. */
export interface LabelSelector {
  readonly requirements: readonly Requirement[];
}

export const everything: LabelSelector = { requirements: [] };

const meets = (labels: Labels, { key, operator, values }: Requirement): boolean => {
  const value = labels.get(key);
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

export const matchesLabels = (selector: LabelSelector, labels: Labels): boolean => selector.requirements.every((requirement) => meets(labels, requirement));
