/**
 * SecurityPolicy and ClusterSecurityPolicy (firsthop.dev/v1alpha1).
 *
 * Where a fault is decides what it does (semantics.md section 5):
 *   in a rule        that rule is invalid
 *   in appliedTo     the policy applies to nothing
 *   in stage         the policy applies to nothing: a draft decides nothing, whatever it is a draft of
 *   in onChange      none: it is about connections that are there already, and the default holds for them
 *   elsewhere        every rule is invalid: what was meant for the whole policy cannot be known
 *
 * @module
 */
import { ok, readRecord } from '@firsthop/base';
import type { Origin } from './bind-selector.ts';
import { policyLimits } from './limits.ts';
import { isDnsLabel } from './names.ts';
import type { Parsed } from './network-policy.ts';
import type { PolicyRef, Stage, TieredPolicy } from './policy.ts';
import { readStage } from './read-stage.ts';
import { readValidity } from './read-validity.ts';
import { describe, errorsOf, fault, type ForeignRecord, isAbsent, type Read, readChoice, readInteger, readItems, readList, refuse, unknownFields } from './reading.ts';
import { type RuleDraft, spoil } from './rule-draft.ts';
import { identifyRules } from './rule-id.ts';
import type { Direction, Peer, Rule } from './rule.ts';
import { readSecurityRules, type RuleNames } from './security-policy-rule.ts';
import { readSubject } from './security-policy-subject.ts';

const fields = ['tier', 'priority', 'mode', 'onChange', 'appliedTo', 'ingress', 'egress', 'expiresAt', 'schedule', 'stage', 'owner', 'ticket'];
const defaultTier = 'application';
const defaultPriority = 1000;

const readTier = (raw: unknown): Read<string> => {
  if (isAbsent(raw)) return ok(defaultTier);
  return typeof raw === 'string' && isDnsLabel(raw) ? ok(raw) : refuse('NAME_INVALID', ['spec', 'tier'], `${describe(raw)} is not the name of a tier`);
};

const readPriority = (raw: unknown): Read<number> => (isAbsent(raw) ? ok(defaultPriority) : readInteger(raw, ['spec', 'priority'], [0, 1_000_000], 'UNKNOWN_VALUE'));

const readMode = (raw: unknown): Read<TieredPolicy['mode']> => (isAbsent(raw) ? ok('Enforce') : readChoice(raw, ['spec', 'mode'], ['Enforce', 'Monitor']));

/** What is meant to end an emergency ends what is under way, too. */
const readOnChange = (raw: unknown, tier: string): Read<TieredPolicy['onChange']> => (isAbsent(raw) ? ok(tier === 'emergency' ? 'Kill' : 'Reevaluate') : readChoice(raw, ['spec', 'onChange'], ['Reevaluate', 'Kill']));

/** For people, and printed wherever the policy decides. */
const readText = (spec: ForeignRecord, field: 'owner' | 'ticket'): Read<string | undefined> => {
  const raw = spec.get(field);
  if (isAbsent(raw) || raw === '') return ok(undefined);
  if (typeof raw !== 'string') return refuse('TYPE', ['spec', field], `${field} is a text, not ${describe(raw)}`);
  if (/\p{Cc}/u.test(raw)) return refuse('UNKNOWN_VALUE', ['spec', field], `${field} has no control characters`);
  return raw.length <= policyLimits.textLength ? ok(raw) : refuse('TOO_LARGE', ['spec', field], `${field} is a text of at most ${policyLimits.textLength} characters`);
};

/** The draft of a removal needs to say nothing of its own. */
const readSubjects = (raw: unknown, origin: Origin, stage: Stage | undefined): Read<readonly Peer[]> => {
  if (isAbsent(raw) && stage?.action === 'Delete') return ok([]);
  const items = readList(raw, ['spec', 'appliedTo'], policyLimits.appliedTo);
  if (!items.ok) return items;
  if (items.value.length === 0) return refuse('REQUIRED', ['spec', 'appliedTo'], 'appliedTo has at least one entry; for everybody write {podSelector: {}} and {vmSelector: {}}');
  return readItems(items.value, ['spec', 'appliedTo'], (item, path) => readSubject(item, path, origin));
};

type Attributes = Pick<TieredPolicy, 'tier' | 'priority' | 'mode' | 'onChange' | 'validity' | 'owner' | 'ticket'>;

/** What is said of the policy as a whole. `isClear: false`: its rules cannot be believed. */
const readAttributes = (spec: ForeignRecord): { readonly attributes: Attributes; readonly isClear: boolean; readonly errors: Parsed<Attributes>['errors'] } => {
  const [tier, priority, mode] = [readTier(spec.get('tier')), readPriority(spec.get('priority')), readMode(spec.get('mode'))];
  const [validity, owner, ticket] = [readValidity(spec), readText(spec, 'owner'), readText(spec, 'ticket')];
  const onChange = readOnChange(spec.get('onChange'), tier.ok ? tier.value : defaultTier);
  const general = [...unknownFields(spec, fields, ['spec']), ...[tier, priority, mode, validity, owner, ticket].flatMap(errorsOf)];
  const attributes: Attributes = {
    tier: tier.ok ? tier.value : defaultTier,
    priority: priority.ok ? priority.value : defaultPriority,
    mode: mode.ok ? mode.value : 'Enforce',
    onChange: onChange.ok ? onChange.value : 'Reevaluate',
    ...(validity.ok && validity.value !== undefined ? { validity: validity.value } : {}),
    ...(owner.ok && owner.value !== undefined ? { owner: owner.value } : {}),
    ...(ticket.ok && ticket.value !== undefined ? { ticket: ticket.value } : {}),
  };
  return { attributes, isClear: general.length === 0, errors: [...general, ...errorsOf(onChange)] };
};

const readBody = (spec: ForeignRecord, ref: PolicyRef): Parsed<TieredPolicy> => {
  const origin: Origin = { cluster: ref.cluster, namespace: ref.namespace };
  const { attributes, isClear, errors } = readAttributes(spec);
  const stage = readStage(spec.get('stage'), ref);
  const subjects = readSubjects(spec.get('appliedTo'), origin, stage.ok ? stage.value : undefined);
  const names: RuleNames = new Set();
  const ingress = readSecurityRules(spec.get('ingress'), { direction: 'ingress', origin, names });
  const egress = readSecurityRules(spec.get('egress'), { direction: 'egress', origin, names });
  const finish = (drafts: readonly RuleDraft[] | undefined, direction: Direction): readonly Rule[] | undefined => (drafts === undefined ? undefined : identifyRules(isClear ? drafts : drafts.map(spoil), ref, direction));
  return {
    policy: {
      form: 'tiered',
      ref,
      ...attributes,
      subjects: subjects.ok && stage.ok ? subjects.value : [],
      ingress: finish(ingress.drafts, 'ingress'),
      egress: finish(egress.drafts, 'egress'),
      ...(stage.ok && stage.value !== undefined ? { stage: stage.value } : {}),
    },
    errors: [...errorsOf(subjects), ...errors, ...errorsOf(stage), ...ingress.errors, ...egress.errors],
  };
};

export const parseSecurityPolicy = (object: ForeignRecord, ref: PolicyRef): Parsed<TieredPolicy> => {
  const spec = readRecord(object.get('spec'));
  if (spec !== undefined) return readBody(spec, ref);
  const policy: TieredPolicy = { form: 'tiered', ref, tier: defaultTier, priority: defaultPriority, subjects: [], ingress: undefined, egress: undefined, mode: 'Enforce', onChange: 'Reevaluate' };
  return { policy, errors: [fault(isAbsent(object.get('spec')) ? 'REQUIRED' : 'TYPE', ['spec'], 'spec is an object')] };
};
