/**
 * Label keys and values: the Kubernetes syntax, and reading them off an object that others wrote.
 *
 * @module
 */
import { fail, ok, quoteForeign, readRecord, type Result } from '@firsthop/base';
import type { Labels } from './label-selector.ts';
import type { Path, SyntaxFault } from './syntax-fault.ts';

const name = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const dnsLabel = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

const isPrefix = (text: string): boolean => text.length <= 253 && text.split('.').every((part) => dnsLabel.test(part));

/** `name` or `prefix/name`: name at most 63 characters, prefix a DNS name of at most 253. */
export const isLabelKey = (key: string): boolean => {
  if (key.length > 317) return false;
  const slash = key.indexOf('/');
  return slash < 0 ? name.test(key) : isPrefix(key.slice(0, slash)) && name.test(key.slice(slash + 1));
};

/** Empty, or at most 63 characters that begin and end with a letter or digit. */
export const isLabelValue = (value: string): boolean => value === '' || name.test(value);

export const keyFault = (key: string, path: Path): SyntaxFault | undefined =>
  isLabelKey(key) ? undefined : { code: 'SELECTOR_INVALID', path, message: `${quoteForeign(key)} is not a label key: at most 63 letters, digits, "-", "_", ".", with an optional DNS prefix and "/"` };

export const valueFault = (value: unknown, path: Path): SyntaxFault | undefined => {
  if (typeof value !== 'string') return { code: 'TYPE', path, message: `a label value is a text, not ${value === null ? 'null' : typeof value}; put it in quotes` };
  if (isLabelValue(value)) return undefined;
  return { code: 'SELECTOR_INVALID', path, message: `${quoteForeign(value)} is not a label value: at most 63 letters, digits, "-", "_", ".", beginning and ending with a letter or digit` };
};

/** Labels of an object. Absent or null: none. One fault spoils them all: half-read labels would put the object into the wrong groups. */
export const parseLabels = (raw: unknown, path: Path): Result<Labels, readonly SyntaxFault[]> => {
  if (raw === undefined || raw === null) return ok(new Map());
  const record = readRecord(raw);
  if (record === undefined) return fail([{ code: 'TYPE', path, message: 'labels are a map of texts' }]);
  const labels = new Map<string, string>();
  const faults: SyntaxFault[] = [];
  for (const [key, value] of record) {
    const fault = keyFault(key, [...path, key]) ?? valueFault(value, [...path, key]);
    if (fault !== undefined) faults.push(fault);
    else if (typeof value === 'string') labels.set(key, value);
  }
  return faults.length > 0 ? fail(faults) : ok(labels);
};
