/**
 * Reads the Kubernetes shape `{matchLabels, matchExpressions}` into requirements in canonical order.
 *
 * Nothing is guessed: an unknown field, operator or value type makes the selector invalid, because whatever was meant by it would
 * be missing from the conjunction, and the selector would match more than its author wrote.
 *
 * @module
 */
import { fail, ok, quoteForeign, readRecord, type Result } from '@firsthop/base';
import { sortRequirements } from './canonical.ts';
import type { LabelSelector, Operator, Requirement } from './label-selector.ts';
import { keyFault, valueFault } from './labels.ts';
import type { Path, SyntaxFault } from './syntax-fault.ts';

export const selectorLimits = { requirements: 256, values: 1024 } as const;

type Read<T> = Result<T, readonly SyntaxFault[]>;

const fault = (code: SyntaxFault['code'], path: Path, message: string): SyntaxFault => ({ code, path, message });
const isAbsent = (raw: unknown): boolean => raw === undefined || raw === null;

const unknownFields = (record: ReadonlyMap<string, unknown>, known: readonly string[], path: Path): SyntaxFault[] =>
  [...record.keys()].filter((key) => !known.includes(key)).map((key) => fault('UNKNOWN_FIELD', [...path, key], `unknown field; known are ${known.join(', ')}`));

const readMatchLabels = (raw: unknown, path: Path): Read<Requirement[]> => {
  if (isAbsent(raw)) return ok([]);
  const record = readRecord(raw);
  if (record === undefined) return fail([fault('TYPE', path, 'matchLabels is a map of texts')]);
  if (record.size > selectorLimits.requirements) return fail([fault('TOO_LARGE', path, `more than ${selectorLimits.requirements} labels`)]);
  const faults: SyntaxFault[] = [];
  const requirements: Requirement[] = [];
  for (const [key, value] of record) {
    const wrong = keyFault(key, [...path, key]) ?? valueFault(value, [...path, key]);
    if (wrong !== undefined) faults.push(wrong);
    else requirements.push({ key, operator: 'In', values: [String(value)] });
  }
  return faults.length > 0 ? fail(faults) : ok(requirements);
};

const readOperator = (raw: unknown): Operator | undefined => (raw === 'In' || raw === 'NotIn' || raw === 'Exists' || raw === 'DoesNotExist' ? raw : undefined);

const readValues = (raw: unknown, operator: Operator, path: Path): Read<string[]> => {
  const values = isAbsent(raw) ? [] : raw;
  if (!Array.isArray(values)) return fail([fault('TYPE', path, 'values is a list of texts')]);
  if (values.length > selectorLimits.values) return fail([fault('TOO_LARGE', path, `more than ${selectorLimits.values} values`)]);
  const needs = operator === 'In' || operator === 'NotIn';
  if (needs && values.length === 0) return fail([fault('SELECTOR_INVALID', path, `${operator} needs at least one value`)]);
  if (!needs && values.length > 0) return fail([fault('SELECTOR_INVALID', path, `${operator} takes no values`)]);
  const faults = values.flatMap((value, i) => valueFault(value, [...path, i]) ?? []);
  return faults.length > 0 ? fail(faults) : ok([...new Set(values.map(String))].sort());
};

const readExpression = (raw: unknown, path: Path): Read<Requirement> => {
  const record = readRecord(raw);
  if (record === undefined) return fail([fault('TYPE', path, 'an expression is {key, operator, values}')]);
  const faults = unknownFields(record, ['key', 'operator', 'values'], path);
  const key = record.get('key');
  if (typeof key !== 'string') faults.push(fault(isAbsent(key) ? 'REQUIRED' : 'TYPE', [...path, 'key'], 'key is a text'));
  else faults.push(...[keyFault(key, [...path, 'key'])].filter((wrong) => wrong !== undefined));
  const operator = readOperator(record.get('operator'));
  if (operator === undefined) faults.push(unknownOperator(record.get('operator'), [...path, 'operator']));
  const values = operator === undefined ? ok([]) : readValues(record.get('values'), operator, [...path, 'values']);
  if (!values.ok) faults.push(...values.error);
  if (faults.length > 0 || typeof key !== 'string' || operator === undefined || !values.ok) return fail(faults);
  return ok({ key, operator, values: values.value });
};

const unknownOperator = (raw: unknown, path: Path): SyntaxFault =>
  isAbsent(raw)
    ? fault('REQUIRED', path, 'operator is one of In, NotIn, Exists, DoesNotExist')
    : fault('UNKNOWN_VALUE', path, `${typeof raw === 'string' ? quoteForeign(raw) : typeof raw} is no operator; known are In, NotIn, Exists, DoesNotExist`);

const readExpressions = (raw: unknown, path: Path): Read<Requirement[]> => {
  if (isAbsent(raw)) return ok([]);
  if (!Array.isArray(raw)) return fail([fault('TYPE', path, 'matchExpressions is a list')]);
  if (raw.length > selectorLimits.requirements) return fail([fault('TOO_LARGE', path, `more than ${selectorLimits.requirements} expressions`)]);
  const read = raw.map((item, i) => readExpression(item, [...path, i]));
  const faults = read.flatMap((one) => (one.ok ? [] : one.error));
  return faults.length > 0 ? fail(faults) : ok(read.flatMap((one) => (one.ok ? [one.value] : [])));
};

/** `{}` selects everything. Absent is the caller's business: it means something else in every place. */
export const parseLabelSelector = (raw: unknown, path: Path): Read<LabelSelector> => {
  const record = readRecord(raw);
  if (record === undefined) return fail([fault('TYPE', path, 'a selector is {matchLabels, matchExpressions}')]);
  const unknown = unknownFields(record, ['matchLabels', 'matchExpressions'], path);
  const labels = readMatchLabels(record.get('matchLabels'), [...path, 'matchLabels']);
  const expressions = readExpressions(record.get('matchExpressions'), [...path, 'matchExpressions']);
  if (unknown.length > 0 || !labels.ok || !expressions.ok) return fail([...unknown, ...(labels.ok ? [] : labels.error), ...(expressions.ok ? [] : expressions.error)]);
  return ok({ requirements: sortRequirements([...labels.value, ...expressions.value]) });
};
