/**
 * NetworkPolicy (networking.k8s.io/v1), as semantics.md 3.1 reads it.
 *
 * `spec.ingress` absent, `[]` and `[{}]` are three policies: the first two isolate, the third isolates and allows everything.
 * A fault outside of subjects and rules spoils every rule: the policy then isolates and allows nothing.
 *
 * @module
 */
import { readRecord } from '@firsthop/base';
import { homeCluster, homeNamespace, type Origin, readSelector, workloads } from './bind-selector.ts';
import { readNetworkPolicyRules, type RuleList } from './network-policy-rule.ts';
import type { PolicyError } from './policy-error.ts';
import type { IsolatingPolicy, PolicyRef } from './policy.ts';
import { fault, type ForeignRecord, isAbsent, readChoice, readItems, readList, unknownFields } from './reading.ts';
import { spoil } from './rule-draft.ts';
import { identifyRules } from './rule-id.ts';
import type { Direction, Peer, Rule } from './rule.ts';

export interface Parsed<P> {
  readonly policy: P;
  readonly errors: readonly PolicyError[];
}

const hasItems = (raw: unknown): boolean => Array.isArray(raw) && raw.length > 0;

/** Absent or empty: Ingress always, Egress if there is an egress rule. A list with a fault may have meant either, so it isolates in both. */
const readDirections = (spec: ForeignRecord): { readonly directions: ReadonlySet<Direction>; readonly errors: readonly PolicyError[] } => {
  const raw = spec.get('policyTypes');
  const items = readList(raw, ['spec', 'policyTypes'], 2);
  const types = items.ok ? readItems(items.value, ['spec', 'policyTypes'], (item, path) => readChoice(item, path, ['Ingress', 'Egress'])) : items;
  if (!types.ok) return { directions: new Set(['ingress', 'egress']), errors: types.error };
  const names = types.value;
  const directions = new Set<Direction>();
  if (names.includes('Ingress') || names.length === 0) directions.add('ingress');
  if (names.includes('Egress') || (names.length === 0 && hasItems(spec.get('egress')))) directions.add('egress');
  return { directions, errors: [] };
};

/** An absent podSelector is an empty one, as the API defaults it: every pod of the namespace. */
const readSubjects = (spec: ForeignRecord, origin: Origin): { readonly subjects: readonly Peer[]; readonly errors: readonly PolicyError[] } => {
  const selector = readSelector(spec.get('podSelector'), ['spec', 'podSelector']);
  if (!selector.ok) return { subjects: [], errors: selector.error };
  return { subjects: [{ kind: 'workloads', selector: workloads('pod', homeCluster(origin), homeNamespace(origin), selector.value) }], errors: [] };
};

export const parseNetworkPolicy = (object: ForeignRecord, ref: PolicyRef): Parsed<IsolatingPolicy> => {
  const raw = object.get('spec');
  const spec = isAbsent(raw) ? new Map<string, unknown>() : readRecord(raw);
  if (spec === undefined) return { policy: { form: 'isolating', ref, subjects: [], ingress: undefined, egress: undefined }, errors: [fault('TYPE', ['spec'], 'spec is an object')] };
  const origin: Origin = { cluster: ref.cluster, namespace: ref.namespace };
  const subjects = readSubjects(spec, origin);
  const { directions, errors: typeErrors } = readDirections(spec);
  const general = [...unknownFields(spec, ['podSelector', 'policyTypes', 'ingress', 'egress'], ['spec']), ...typeErrors];
  const lists = { ingress: readNetworkPolicyRules(spec.get('ingress'), 'ingress', origin), egress: readNetworkPolicyRules(spec.get('egress'), 'egress', origin) };
  const rules = (direction: Direction): readonly Rule[] | undefined => (directions.has(direction) ? identifyRules(general.length > 0 ? lists[direction].drafts.map(spoil) : lists[direction].drafts, ref, direction) : undefined);
  const errors = [...subjects.errors, ...general, ...listErrors(lists)];
  return { policy: { form: 'isolating', ref, subjects: subjects.subjects, ingress: rules('ingress'), egress: rules('egress') }, errors };
};

const listErrors = (lists: Readonly<Record<Direction, RuleList>>): readonly PolicyError[] => [...lists.ingress.errors, ...lists.egress.errors];
