/**
 * How large one object may be. Far above what people write, far below what would hurt: whoever may write a policy must not be
 * able to stop the manager with it. What is over the limit is invalid, never cut short.
 *
 * @module
 */
export const policyLimits = {
  /** Per direction. */
  rules: 10_000,
  peersPerRule: 10_000,
  portsPerRule: 2_000,
  exceptPerCidr: 10_000,
  appliedTo: 2_000,
  groupMembers: 10_000,
  groupsInGroup: 64,
  /** Label keys that a namespace shares with its subject's. */
  sameLabels: 16,
  nameLength: 253,
  textLength: 256,
  /** Per object; what comes after is counted, not listed. */
  errors: 100,
} as const;
