export type { Decision, Reason, Verdict } from './decision.ts';
export type { PolicyError, PolicyErrorCode } from './policy-error.ts';
export { type IsolatingPolicy, type Policy, policyKey, type PolicyKind, type PolicyRef, type TieredPolicy } from './policy.ts';
export type { Action, Direction, Peer, Peers, PortMatch, Ports, Rule, RuleId } from './rule.ts';
export { builtInTiers, phaseOf, type Tier, type TierPhase } from './tier.ts';
