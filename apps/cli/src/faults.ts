/**
 * Errors and warnings of the input, for people: place, what is wrong, and what to do about it.
 *
 * @module
 */
import { say } from './terminal.ts';

export interface PrintedFault {
  readonly file: string;
  readonly line?: number;
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** Of each kind once is enough; the rest is in `-o json`. */
const shown = 50;

const advice: ReadonlyMap<string, string> = new Map([
  ['SYNTAX', 'the document is not read at all: correct its indentation, brackets and quotes'],
  ['TOO_LARGE', 'split it into several files or objects'],
  ['UNREADABLE', 'check that the path exists, may be read and is text in UTF-8'],
  ['UNKNOWN_KIND', 'check apiVersion and kind for misspellings, or leave the file out'],
  ['UNKNOWN_FIELD', 'check its spelling and its place: a field that is not known decides nothing'],
  ['REQUIRED', 'write the field that is named'],
  ['DUPLICATE', 'remove one of the two, or rename it'],
  ['CIDR_INVALID', 'write an address range such as 10.0.0.0/8 or fd00::/8'],
  ['PORT_INVALID', 'write a number from 1 to 65535, or the name of a container port'],
  ['NAME_INVALID', 'names are small letters, digits and "-"'],
  ['PRIORITY_TIE', 'give the policies different priorities'],
]);

export const faultLine = ({ file, line, path, code, message }: PrintedFault): string => `${file}${line === undefined ? '' : `:${line}`} ${path === '' ? '' : `${path}: `}${message} [${code}]`;

const sayAll = (kind: string, faults: readonly PrintedFault[]): void => {
  const advised = new Set<string>();
  for (const fault of faults.slice(0, shown)) {
    say(`${kind}: ${faultLine(fault)}`);
    const todo = advice.get(fault.code);
    if (todo !== undefined && !advised.has(fault.code)) say(`  what to do: ${todo}`);
    advised.add(fault.code);
  }
  if (faults.length > shown) say(`${kind}: and ${faults.length - shown} more`);
};

export const printFaults = (errors: readonly PrintedFault[], warnings: readonly PrintedFault[]): void => {
  sayAll('error', errors);
  sayAll('warning', warnings);
};
