/**
 * MALFORMED: not the shape of a plan, or beyond its bounds. BASE: a change of another plan than the one held.
 * DIGEST: not the content that its revision names. DANGLING: an object refers to one that is not there.
 */
export interface PlanError {
  readonly code: 'MALFORMED' | 'BASE' | 'DIGEST' | 'DANGLING';
  readonly message: string;
}
