/**
 * ClusterNetworkPolicy (v1alpha2), AdminNetworkPolicy and BaselineAdminNetworkPolicy (v1alpha1) of policy.networking.k8s.io, as
 * semantics.md 3.2 reads them.
 *
 * Where tier or priority cannot be read every rule is invalid, and the policy stands where it is heard first: what it meant to deny is
 * denied before anybody else allows it.
 *
 * @module
 */
import { ok, readRecord } from '@firsthop/base';
import type { Origin } from './bind-selector.ts';
import { adminNetworkPolicyDialect, baselineAdminNetworkPolicyDialect, clusterNetworkPolicyDialect, type KubeDialect } from './kube-dialect.ts';
import { readKubeRules } from './kube-rule.ts';
import { readKubeSubject } from './kube-selector.ts';
import type { Parsed } from './network-policy.ts';
import type { PolicyRef, TieredPolicy } from './policy.ts';
import { errorsOf, fault, type ForeignRecord, isAbsent, type Read, readChoice, readInteger, refuse, unknownFields } from './reading.ts';
import { type RuleDraft, spoil } from './rule-draft.ts';
import { identifyRules } from './rule-id.ts';
import type { Direction, Rule } from './rule.ts';
import { kubeAdminTier, kubeBaselineTier } from './tier.ts';

type KubeKind = 'ClusterNetworkPolicy' | 'AdminNetworkPolicy' | 'BaselineAdminNetworkPolicy';

interface Form {
  readonly dialect: KubeDialect;
  readonly fields: readonly string[];
  readonly tier: (spec: ForeignRecord) => Read<string>;
  readonly priority: (spec: ForeignRecord) => Read<number>;
}

const readTier = (spec: ForeignRecord): Read<string> => {
  const tier = readChoice(spec.get('tier'), ['spec', 'tier'], ['Admin', 'Baseline']);
  return tier.ok ? ok(tier.value === 'Admin' ? kubeAdminTier : kubeBaselineTier) : tier;
};

const readPriority = (spec: ForeignRecord): Read<number> => {
  const raw = spec.get('priority');
  return readInteger(raw, ['spec', 'priority'], [0, 1000], isAbsent(raw) ? 'REQUIRED' : 'UNKNOWN_VALUE');
};

const forms: Readonly<Record<KubeKind, Form>> = {
  ClusterNetworkPolicy: { dialect: clusterNetworkPolicyDialect, fields: ['tier', 'priority', 'subject', 'ingress', 'egress'], tier: readTier, priority: readPriority },
  AdminNetworkPolicy: { dialect: adminNetworkPolicyDialect, fields: ['priority', 'subject', 'ingress', 'egress'], tier: () => ok(kubeAdminTier), priority: readPriority },
  BaselineAdminNetworkPolicy: { dialect: baselineAdminNetworkPolicyDialect, fields: ['subject', 'ingress', 'egress'], tier: () => ok(kubeBaselineTier), priority: () => ok(0) },
};

/** There is one, and its name is `default`: another one is not in the API's plan, so it may deny and not allow. */
const nameFault = ({ kind, name }: PolicyRef): Read<undefined> =>
  kind === 'BaselineAdminNetworkPolicy' && name !== 'default' ? refuse('NAME_INVALID', ['metadata', 'name'], 'the only BaselineAdminNetworkPolicy of a cluster is called default') : ok(undefined);

const readBody = (spec: ForeignRecord, ref: PolicyRef, form: Form): Parsed<TieredPolicy> => {
  const origin: Origin = { cluster: ref.cluster, namespace: undefined };
  const { dialect } = form;
  const [tier, priority, name] = [form.tier(spec), form.priority(spec), nameFault(ref)];
  const general = [...unknownFields(spec, form.fields, ['spec']), ...[tier, priority, name].flatMap(errorsOf)];
  const subject = readKubeSubject(spec.get('subject'), origin, dialect);
  const [ingress, egress] = (['ingress', 'egress'] as const).map((direction) => readKubeRules(spec.get(direction), { direction, origin, dialect }));
  const finish = (drafts: readonly RuleDraft[] | undefined, direction: Direction): readonly Rule[] | undefined => (drafts === undefined ? undefined : identifyRules(general.length > 0 ? drafts.map(spoil) : drafts, ref, direction));
  return {
    policy: {
      form: 'tiered',
      ref,
      tier: tier.ok ? tier.value : kubeAdminTier,
      priority: priority.ok ? priority.value : 0,
      subjects: subject.ok ? [subject.value] : [],
      ingress: finish(ingress?.drafts, 'ingress'),
      egress: finish(egress?.drafts, 'egress'),
      mode: 'Enforce',
      onChange: 'Reevaluate',
    },
    errors: [...errorsOf(subject), ...general, ...(ingress?.errors ?? []), ...(egress?.errors ?? [])],
  };
};

export const parseKubePolicy = (object: ForeignRecord, ref: PolicyRef, kind: KubeKind): Parsed<TieredPolicy> => {
  const spec = readRecord(object.get('spec'));
  if (spec !== undefined) return readBody(spec, ref, forms[kind]);
  const policy: TieredPolicy = { form: 'tiered', ref, tier: kubeAdminTier, priority: 0, subjects: [], ingress: undefined, egress: undefined, mode: 'Enforce', onChange: 'Reevaluate' };
  return { policy, errors: [fault(isAbsent(object.get('spec')) ? 'REQUIRED' : 'TYPE', ['spec'], 'spec is an object')] };
};
