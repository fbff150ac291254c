import type { Allowed } from './allowance.ts';

/** A connection before it is printed: equal sets of one list are one object. */
export interface Link {
  readonly from: string;
  readonly to: string;
  readonly allowed: Allowed;
  readonly because?: readonly string[];
}
