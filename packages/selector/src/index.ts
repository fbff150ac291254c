export { everything, type Labels, type LabelSelector, matchesLabels, type Operator, type Requirement } from './label-selector.ts';
export type { OwnFacts } from './label-set.ts';
export { type MembershipChange, MembershipIndex } from './membership-index.ts';
export { type ClusterScope, type NamespaceScope, type SelectableFacts, selects, type WorkloadKind, type WorkloadSelector } from './workload-selector.ts';
