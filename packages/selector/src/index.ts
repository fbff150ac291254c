export type { LabelSetView, OwnFacts } from './label-set.ts';
export type { Path, SyntaxFault, SyntaxFaultCode } from './syntax-fault.ts';
export { canonicalSelector, canonicalWorkloadSelector } from './canonical.ts';
export { everything, type Labels, type LabelSelector, matchesLabels, type Operator, type Requirement } from './label-selector.ts';
export { isLabelKey, isLabelValue, parseLabels } from './labels.ts';
export { parseLabelSelector, selectorLimits } from './parse-label-selector.ts';
export { bindSelector, isRelative } from './bind-selector.ts';
export { clusterLabels, type ClusterScope, type NamespaceScope, type RelativeScope, type RelativeSelector, type SelectableFacts, selects, type WorkloadKind, type WorkloadSelector } from './workload-selector.ts';
export { MembershipIndex, type OnMembership } from './membership-index.ts';
