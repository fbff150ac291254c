/** Closed list: a code is part of the contract with scripts that read our JSON. */
export type PolicyErrorCode =
  | 'REQUIRED'
  | 'TYPE'
  | 'UNKNOWN_FIELD'
  | 'UNKNOWN_VALUE'
  /** It means something elsewhere that our own kinds cannot say (dialects). */
  | 'UNSUPPORTED'
  | 'SELECTOR_INVALID'
  | 'CIDR_INVALID'
  | 'PEER_EMPTY'
  | 'PEER_CONFLICT'
  | 'PORT_INVALID'
  | 'NAME_INVALID'
  | 'TIER_UNKNOWN'
  | 'TIER_FORBIDDEN'
  | 'TIER_ORDER'
  | 'TOO_LARGE'
  | 'NOT_FOUND'
  | 'DUPLICATE';

/** One fault in one object, with the path from the object's root, such as `['spec', 'ingress', 0, 'from']`. */
export interface PolicyError {
  readonly code: PolicyErrorCode;
  readonly path: readonly (string | number)[];
  readonly message: string;
}
