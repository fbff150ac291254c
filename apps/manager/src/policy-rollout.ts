/**
 * Which nodes each policy concerns, kept as plans change, and which of them have read it back from their kernel.
 *
 * It is read off what nodes are told, and so is about what they really got. A change costs what is in it: the rules and policy groups that come to a node, or
 * leave it.
 *
 * @module
 */
import { compareText } from '@firsthop/base';
import type { PolicyStatus } from '@firsthop/federation';
import type { PlanDelta, PlanPolicyRef, PlanRule, PolicyGroup } from '@firsthop/plan';
import { type Policy, policyKey } from '@firsthop/policy';
import { notRealizable, trialOf } from './not-realizable.ts';
import type { QuotasInUse } from './quotas-in-use.ts';

const keyOf = ({ cluster, kind, namespace, name }: PlanPolicyRef): string => `${cluster}/${kind}/${namespace ?? ''}/${name}`;

/** A policy that an object of a plan is there for. */
interface Mention {
  readonly ref: PlanPolicyRef;
  readonly tier?: string | undefined;
}

const mentionsOfRule = ({ attribution: { policy, tier } }: PlanRule): readonly Mention[] => (policy === undefined ? [] : [{ ref: policy, tier }]);
const mentionsOfGroup = ({ ingress, egress }: PolicyGroup): readonly Mention[] =>
  [...ingress, ...egress].flatMap((stage) => (stage.kind === 'isolation' ? (stage.otherwise.isolatedBy ?? []).map((ref): Mention => ({ ref })) : []));

interface Standing {
  readonly ref: PlanPolicyRef;
  tier: string | undefined;
  /** How many objects of its plan mention the policy, by node. */
  readonly nodes: Map<string, number>;
}

/** An object that some nodes have, by a name that stands for its content. */
interface Mentioning {
  readonly mentions: readonly Mention[];
  nodes: number;
}

const honestly = (policy: Policy, inUse: QuotasInUse): Pick<PolicyStatus, 'notRealizable' | 'trial' | 'quotas'> => {
  const [missing, trial, quotas] = [notRealizable(policy), trialOf(policy), inUse.get(policyKey(policy.ref))];
  return { ...(missing.length === 0 ? {} : { notRealizable: missing }), ...(trial === undefined ? {} : { trial }), ...(quotas === undefined ? {} : { quotas }) };
};

export class PolicyRollout {
  readonly #policies = new Map<string, Standing>();
  readonly #objects = new Map<string, Mentioning>();

  /** What a flush answered. */
  changed(deltas: Iterable<PlanDelta>): void {
    for (const { node, rules, policyGroups, removedRules, removedPolicyGroups } of deltas) {
      for (const rule of rules) this.#come(node, rule.id, () => mentionsOfRule(rule));
      for (const group of policyGroups) this.#come(node, group.id, () => mentionsOfGroup(group));
      for (const id of removedRules) this.#go(node, id);
      for (const id of removedPolicyGroups) this.#go(node, id);
    }
  }

  /** `own`: the policies of this cluster, which are listed even where they select nobody; those of peers are as long as some plan mentions them. */
  statuses(own: readonly Policy[], isInSync: (node: string) => boolean, inUse: QuotasInUse = new Map()): PolicyStatus[] {
    const listed = new Map<string, PolicyStatus>();
    for (const policy of own) listed.set(keyOf(policy.ref), { ...this.#statusOf(policy.ref, policy.form === 'tiered' ? policy.tier : undefined, isInSync), ...honestly(policy, inUse) });
    for (const [key, { ref, tier }] of this.#policies) if (!listed.has(key)) listed.set(key, this.#statusOf(ref, tier, isInSync));
    return [...listed].sort(([a], [b]) => compareText(a, b)).map(([, status]) => status);
  }

  #statusOf(ref: PlanPolicyRef, tier: string | undefined, isInSync: (node: string) => boolean): PolicyStatus {
    const { cluster, kind, namespace, name } = ref;
    const nodes = [...(this.#policies.get(keyOf(ref))?.nodes.keys() ?? [])].sort(compareText);
    return { cluster, kind, ...(namespace === undefined ? {} : { namespace }), name, ...(tier === undefined ? {} : { tier }), nodes, waiting: nodes.filter((node) => !isInSync(node)) };
  }

  #come(node: string, id: string, read: () => readonly Mention[]): void {
    const object = this.#objects.get(id) ?? { mentions: read(), nodes: 0 };
    object.nodes++;
    this.#objects.set(id, object);
    for (const { ref, tier } of object.mentions) {
      const key = keyOf(ref);
      const standing = this.#policies.get(key) ?? { ref, tier, nodes: new Map<string, number>() };
      standing.tier ??= tier;
      standing.nodes.set(node, (standing.nodes.get(node) ?? 0) + 1);
      this.#policies.set(key, standing);
    }
  }

  #go(node: string, id: string): void {
    const object = this.#objects.get(id);
    if (object === undefined) return;
    if (--object.nodes === 0) this.#objects.delete(id);
    for (const { ref } of object.mentions) {
      const key = keyOf(ref);
      const standing = this.#policies.get(key);
      const left = (standing?.nodes.get(node) ?? 0) - 1;
      if (left > 0) standing?.nodes.set(node, left);
      else standing?.nodes.delete(node);
      if (standing?.nodes.size === 0) this.#policies.delete(key);
    }
  }
}
