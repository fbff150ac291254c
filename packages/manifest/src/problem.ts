/**
 * What is wrong with an input file, and where. A problem never stops the reading of anything else.
 *
 * @module
 */
import type { PolicyErrorCode } from '@firsthop/policy';
import { manifestLimits } from './limits.ts';

export type Path = readonly (string | number)[];
export type ProblemCode = PolicyErrorCode | 'SYNTAX' | 'UNREADABLE' | 'UNKNOWN_KIND' | 'PRIORITY_TIE' | 'NEAR_LIMIT' | 'NOT_FOUND';

export interface Problem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From the object's root: `spec.ingress[0].from`; empty for the object itself. */
  readonly path: string;
  readonly code: ProblemCode;
  readonly message: string;
}

/** A problem that does not know yet in which file it stands. */
export interface Fault {
  readonly code: ProblemCode;
  readonly path: Path;
  readonly message: string;
}

export const fault = (code: ProblemCode, path: Path, message: string): Fault => ({ code, path, message });

/** Keeps the report of one document to a size that people read: each fault costs a search for its line. */
export const capFaults = (faults: readonly Fault[]): readonly Fault[] => {
  const { errors } = manifestLimits;
  return faults.length <= errors ? faults : [...faults.slice(0, errors), fault('TOO_LARGE', [], `${faults.length - errors} more errors in this object`)];
};

const step = (part: string | number): string => (typeof part === 'number' ? `[${part}]` : /^[A-Za-z_][\w-]*$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`);

export const formatPath = (path: Path): string => path.map(step).join('').replace(/^\./, '');
