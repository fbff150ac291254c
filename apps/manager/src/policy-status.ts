/**
 * Which nodes each policy concerns, and which of them have read it back from their kernel. Read off the plans, so that it is
 * about what nodes really got.
 *
 * @module
 */
import { compareText } from '@firsthop/base';
import type { NodeStatus, PolicyStatus } from '@firsthop/federation';
import type { NodePlan, PlanPolicyRef } from '@firsthop/plan';
import type { Policy } from '@firsthop/policy';
import { notRealizable, trialOf } from './not-realizable.ts';

interface Ref {
  readonly cluster: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

const keyOf = ({ cluster, kind, namespace, name }: Ref): string => `${cluster}/${kind}/${namespace ?? ''}/${name}`;

interface Found {
  readonly ref: PlanPolicyRef;
  readonly tier?: string | undefined;
}

/** Policies that decide something in a plan: by a rule, or by isolating. */
const policiesOf = ({ rules, policyGroups }: NodePlan): Found[] => [
  ...[...rules.values()].flatMap(({ attribution: { policy, tier } }): Found[] => (policy === undefined ? [] : [{ ref: policy, tier }])),
  ...[...policyGroups.values()].flatMap(({ ingress, egress }) => [...ingress, ...egress].flatMap((stage) => (stage.kind === 'isolation' ? (stage.otherwise.isolatedBy ?? []).map((ref): Found => ({ ref })) : []))),
];

export interface PlannedNode {
  readonly status: NodeStatus;
  readonly plan: NodePlan | undefined;
}

interface Entry extends Pick<PolicyStatus, 'notRealizable' | 'trial'> {
  readonly ref: Ref;
  readonly tier?: string;
  readonly nodes: string[];
  readonly waiting: string[];
}

const honestly = (policy: Policy): Pick<PolicyStatus, 'notRealizable' | 'trial'> => {
  const [missing, trial] = [notRealizable(policy), trialOf(policy)];
  return { ...(missing.length === 0 ? {} : { notRealizable: missing }), ...(trial === undefined ? {} : { trial }) };
};

/** `own`: the policies of this cluster, which are listed even where they select nobody; those of peers appear with their plans. */
export const policyStatuses = (own: readonly Policy[], nodes: readonly PlannedNode[]): PolicyStatus[] => {
  const found = new Map<string, Entry>();
  for (const policy of own) found.set(keyOf(policy.ref), { ref: policy.ref, ...(policy.form === 'tiered' ? { tier: policy.tier } : {}), ...honestly(policy), nodes: [], waiting: [] });
  for (const { status, plan } of nodes) {
    if (plan === undefined) continue;
    for (const [key, { ref, tier }] of new Map(policiesOf(plan).map((one) => [keyOf(one.ref), one]))) {
      const entry = found.get(key) ?? { ref, ...(tier === undefined ? {} : { tier }), nodes: [], waiting: [] };
      found.set(key, entry);
      entry.nodes.push(status.node);
      if (!status.inSync) entry.waiting.push(status.node);
    }
  }
  return [...found].sort(([a], [b]) => compareText(a, b)).map(([, { ref: { cluster, kind, namespace, name }, ...rest }]) => ({ cluster, kind, ...(namespace === undefined ? {} : { namespace }), name, ...rest }));
};
