/**
 * A fault in labels or in a selector, with its path. The codes are a part of the policy room's list, so that a fault found
 * here is printed like any other.
 *
 * @module
 */
export type SyntaxFaultCode = 'TYPE' | 'REQUIRED' | 'UNKNOWN_FIELD' | 'UNKNOWN_VALUE' | 'SELECTOR_INVALID' | 'TOO_LARGE';

export type Path = readonly (string | number)[];

export interface SyntaxFault {
  readonly code: SyntaxFaultCode;
  readonly path: Path;
  readonly message: string;
}
