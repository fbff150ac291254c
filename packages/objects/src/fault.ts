/**
 * What is wrong with an object, and where in it.
 *
 * @module
 */
import type { PolicyErrorCode } from '@firsthop/policy';

/** From the object's root. */
export type Path = readonly (string | number)[];
export type FaultCode = PolicyErrorCode | 'SYNTAX' | 'UNREADABLE' | 'UNKNOWN_KIND' | 'PRIORITY_TIE' | 'NEAR_LIMIT' | 'NOT_FOUND';

export interface Fault {
  readonly code: FaultCode;
  readonly path: Path;
  readonly message: string;
}

export const fault = (code: FaultCode, path: Path, message: string): Fault => ({ code, path, message });

const step = (part: string | number): string => (typeof part === 'number' ? `[${part}]` : /^[A-Za-z_][\w-]*$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`);

/** `spec.ingress[0].from`; empty for the object itself. */
export const formatPath = (path: Path): string => path.map(step).join('').replace(/^\./, '');
