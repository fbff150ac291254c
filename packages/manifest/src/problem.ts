/**
 * What is wrong with an input file, and where. A problem never stops the reading of anything else.
 *
 * @module
 */
import { type Fault, fault, type FaultCode } from '@firsthop/objects';
import { manifestLimits } from './limits.ts';

export interface Problem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From the object's root: `spec.ingress[0].from`; empty for the object itself. */
  readonly path: string;
  readonly code: FaultCode;
  readonly message: string;
}

/** Keeps the report of one document to a size that people read: each fault costs a search for its line. */
export const capFaults = (faults: readonly Fault[]): readonly Fault[] => {
  const { errors } = manifestLimits;
  return faults.length <= errors ? faults : [...faults.slice(0, errors), fault('TOO_LARGE', [], `${faults.length - errors} more errors in this object`)];
};
