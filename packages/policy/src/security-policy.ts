/**
 * SecurityPolicy and ClusterSecurityPolicy (firsthop.dev/v1alpha1).
 *
 * Where a fault is decides what it does (semantics.md section 5):
 *   in a rule        that rule is invalid
 *   in appliedTo     the policy applies to nothing
 *   elsewhere        every rule is invalid: what was meant for the whole policy cannot be known
 *   mode: Monitor, stage    would decide nothing by their own meaning, so they do, and are reported as not built
 *
 * @module
 */
import { ok, readRecord } from '@firsthop/base';
import type { Origin } from './bind-selector.ts';
import { policyLimits } from './limits.ts';
import { isDnsLabel } from './names.ts';
import type { Parsed } from './network-policy.ts';
import type { PolicyError } from './policy-error.ts';
import type { PolicyRef, TieredPolicy } from './policy.ts';
import { describe, errorsOf, fault, type ForeignRecord, isAbsent, type Read, readChoice, readInteger, readItems, readList, refuse, unknownFields } from './reading.ts';
import { type RuleDraft, spoil } from './rule-draft.ts';
import { identifyRules } from './rule-id.ts';
import type { Direction, Peer, Rule } from './rule.ts';
import { readSubject, unsupported } from './security-policy-peer.ts';
import { readSecurityRules, type RuleNames } from './security-policy-rule.ts';

const fields = ['tier', 'priority', 'mode', 'onChange', 'appliedTo', 'ingress', 'egress', 'expiresAt', 'schedule', 'stage', 'owner', 'ticket'];
const defaultTier = 'application';
const defaultPriority = 1000;

const readTier = (raw: unknown): Read<string> => {
  if (isAbsent(raw)) return ok(defaultTier);
  return typeof raw === 'string' && isDnsLabel(raw) ? ok(raw) : refuse('NAME_INVALID', ['spec', 'tier'], `${describe(raw)} is not the name of a tier`);
};

const readPriority = (raw: unknown): Read<number> => (isAbsent(raw) ? ok(defaultPriority) : readInteger(raw, ['spec', 'priority'], [0, 1_000_000], 'UNKNOWN_VALUE'));

const textErrors = (spec: ForeignRecord): PolicyError[] =>
  ['owner', 'ticket'].flatMap((field) => {
    const raw = spec.get(field);
    if (isAbsent(raw) || (typeof raw === 'string' && raw.length <= policyLimits.textLength)) return [];
    return [fault(typeof raw === 'string' ? 'TOO_LARGE' : 'TYPE', ['spec', field], `${field} is a text of at most ${policyLimits.textLength} characters`)];
  });

/** Faults of the policy as a whole. */
const generalErrors = (spec: ForeignRecord): PolicyError[] => {
  const mode = spec.get('mode');
  return [
    ...unknownFields(spec, fields, ['spec']),
    ...unsupported(spec, ['expiresAt', 'schedule'], ['spec']),
    ...(isAbsent(mode) ? [] : errorsOf(readChoice(mode, ['spec', 'mode'], ['Enforce', 'Monitor']))),
    ...textErrors(spec),
  ];
};

/** Reported, but without an influence on what the rules say: it changes what happens to connections that are already there. */
const onChangeErrors = (raw: unknown): readonly PolicyError[] => {
  if (isAbsent(raw)) return [];
  const choice = readChoice(raw, ['spec', 'onChange'], ['Reevaluate', 'Kill']);
  if (!choice.ok) return choice.error;
  return choice.value === 'Kill' ? [fault('UNSUPPORTED', ['spec', 'onChange'], 'Kill is not built in this version yet; established connections are judged again, as with Reevaluate')] : [];
};

const inertErrors = (spec: ForeignRecord): PolicyError[] => [
  ...(spec.get('mode') === 'Monitor' ? [fault('UNSUPPORTED', ['spec', 'mode'], 'Monitor is not built in this version yet; the policy decides nothing')] : []),
  ...unsupported(spec, ['stage'], ['spec']),
];

const readSubjects = (raw: unknown, origin: Origin): Read<readonly Peer[]> => {
  const items = readList(raw, ['spec', 'appliedTo'], policyLimits.appliedTo);
  if (!items.ok) return items;
  if (items.value.length === 0) return refuse('REQUIRED', ['spec', 'appliedTo'], 'appliedTo has at least one entry; for everybody write {podSelector: {}} and {vmSelector: {}}');
  return readItems(items.value, ['spec', 'appliedTo'], (item, path) => readSubject(item, path, origin));
};

const readBody = (spec: ForeignRecord, ref: PolicyRef): Parsed<TieredPolicy> => {
  const origin: Origin = { cluster: ref.cluster, namespace: ref.namespace };
  const tier = readTier(spec.get('tier'));
  const priority = readPriority(spec.get('priority'));
  const subjects = readSubjects(spec.get('appliedTo'), origin);
  const general = [...generalErrors(spec), ...errorsOf(tier), ...errorsOf(priority)];
  const inert = inertErrors(spec);
  const names: RuleNames = new Set();
  const ingress = readSecurityRules(spec.get('ingress'), { direction: 'ingress', origin, names });
  const egress = readSecurityRules(spec.get('egress'), { direction: 'egress', origin, names });
  const finish = (drafts: readonly RuleDraft[] | undefined, direction: Direction): readonly Rule[] | undefined => (drafts === undefined ? undefined : identifyRules(general.length > 0 ? drafts.map(spoil) : drafts, ref, direction));
  return {
    policy: {
      form: 'tiered',
      ref,
      tier: tier.ok ? tier.value : defaultTier,
      priority: priority.ok ? priority.value : defaultPriority,
      subjects: subjects.ok && inert.length === 0 ? subjects.value : [],
      ingress: finish(ingress.drafts, 'ingress'),
      egress: finish(egress.drafts, 'egress'),
      mode: 'Enforce',
      onChange: 'Reevaluate',
    },
    errors: [...errorsOf(subjects), ...general, ...inert, ...onChangeErrors(spec.get('onChange')), ...ingress.errors, ...egress.errors],
  };
};

export const parseSecurityPolicy = (object: ForeignRecord, ref: PolicyRef): Parsed<TieredPolicy> => {
  const spec = readRecord(object.get('spec'));
  if (spec !== undefined) return readBody(spec, ref);
  const policy: TieredPolicy = { form: 'tiered', ref, tier: defaultTier, priority: defaultPriority, subjects: [], ingress: undefined, egress: undefined, mode: 'Enforce', onChange: 'Reevaluate' };
  return { policy, errors: [fault(isAbsent(object.get('spec')) ? 'REQUIRED' : 'TYPE', ['spec'], 'spec is an object')] };
};
