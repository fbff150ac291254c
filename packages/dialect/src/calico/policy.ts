/**
 * GlobalNetworkPolicy and NetworkPolicy of Calico.
 *
 * In a tier, whoever is selected by one of its policies in a direction is denied at the end of it. In the tier `default`
 * Kubernetes' NetworkPolicies stand too, at order 1000, and only allow. So that they keep their say:
 *   before them   Deny drops
 *   behind them   Deny delegates: what NetworkPolicy does not allow then, the end drops
 *   the end       is a policy behind NetworkPolicy
 * (docs/design/dialects.md has the argument.)
 *
 * @module
 */
import { canonicalJson } from '@firsthop/base';
import type { Direction } from '@firsthop/policy';
import { describe, type ForeignRecord, isEmpty, type Notebook } from '../notebook.ts';
import type { Origin } from '../origin.ts';
import type { Part } from '../own-policy.ts';
import { closeAll, everything, type RuleBody } from '../rule-body.ts';
import { type Run, runsOf, type SubjectRules } from '../subject-runs.ts';
import type { Plain } from '../translation.ts';
import { both, type Choice, readChoice } from './expression/alternatives.ts';
import { all } from './expression/expression.ts';
import { readExpression } from './expression/parse.ts';
import type { NetworkSet } from './network-sets.ts';
import { atHome, writePod } from './pods.ts';
import { readRule } from './rule.ts';
import { defaultTier, endTier, type PlacedTier } from './tiers.ts';

export interface Surroundings {
  readonly tiers: ReadonlyMap<string, PlacedTier>;
  readonly sets: readonly NetworkSet[];
  readonly gather: (members: readonly Plain[]) => Plain;
}

const fields = ['tier', 'order', 'ingress', 'egress', 'selector', 'types', 'doNotTrack', 'preDNAT', 'applyOnForward', 'serviceAccountSelector', 'namespaceSelector', 'performanceHints', 'stagedAction'];
export const directions: readonly Direction[] = ['ingress', 'egress'];
const words: ReadonlyMap<unknown, Direction> = new Map<unknown, Direction>([['Ingress', 'ingress'], ['Egress', 'egress']]);

/** Undefined: the subjects cannot be said, so the policy is left out. */
const readSubjects = (spec: ForeignRecord, { namespace }: Origin, book: Notebook): Choice | undefined =>
  book.attempt((draft) => {
    draft.unsayable(spec, ['serviceAccountSelector'], ['spec'], 'service accounts have names here, and no labels');
    if (namespace !== undefined) draft.unsayable(spec, ['namespaceSelector'], ['spec'], 'a namespaced policy governs its own namespace');
    const labels = readChoice(readExpression(spec.get('selector'), ['spec', 'selector'], draft) ?? all, 'pod', ['spec', 'selector'], draft) ?? [];
    const spaces = readChoice(readExpression(spec.get('namespaceSelector'), ['spec', 'namespaceSelector'], draft) ?? all, 'namespace', ['spec', 'namespaceSelector'], draft) ?? [];
    if (namespace !== undefined) return atHome(labels, namespace, ['spec', 'selector'], draft);
    return both(labels, spaces) ?? draft.error('TOO_LARGE', ['spec', 'selector'], 'too many alternatives') ?? [];
  });

/** Not written: after the rules that there are; without any, ingress. */
const readTypes = (spec: ForeignRecord, book: Notebook): readonly Direction[] => {
  const types = book.list(spec.get('types'), ['spec', 'types']) ?? [];
  if (types.length > 0) {
    const read = types.flatMap((type, i) => words.get(type) ?? book.error('UNKNOWN_VALUE', ['spec', 'types', i], `${describe(type)} is neither Ingress nor Egress`) ?? []);
    // A type that cannot be read may have been either.
    return read.length < types.length ? directions : directions.filter((one) => read.includes(one));
  }
  const hasEgress = !isEmpty(spec.get('egress'));
  return directions.filter((one) => (one === 'egress' ? hasEgress : !hasEgress || !isEmpty(spec.get('ingress'))));
};

const readTier = (spec: ForeignRecord, { tiers }: Surroundings, book: Notebook): PlacedTier | undefined => {
  const name = book.text(spec.get('tier'), ['spec', 'tier']) ?? defaultTier;
  return tiers.get(name) ?? book.error('TIER_UNKNOWN', ['spec', 'tier'], `there is no tier ${describe(name)}; add its Tier to what is translated`);
};

const knpOrder = 1000;
const isBehindNetworkPolicy = (order: number, name: string): boolean => order > knpOrder || (order === knpOrder && name >= 'knp.default.');

const delegating = (rules: readonly RuleBody[]): RuleBody[] => rules.map((rule) => (rule.action === 'Drop' ? { ...rule, action: 'Delegate' } : rule));

interface Draft {
  readonly origin: Origin;
  readonly tier: PlacedTier;
  readonly order: number;
  readonly types: readonly Direction[];
  readonly appliedTo: readonly Plain[];
  readonly runs: readonly Run[];
}

const write = (choice: Choice): readonly Plain[] => choice.map((one) => writePod(one, 'home'));

const readRuns = (spec: ForeignRecord, draft: { readonly origin: Origin; readonly types: readonly Direction[]; readonly subjects: Choice; readonly tier: PlacedTier }, surroundings: Surroundings, book: Notebook): readonly Run[] => {
  const { origin, types, subjects, tier } = draft;
  const lists = directions.map((direction): SubjectRules[] => {
    const rules = types.includes(direction) ? (book.list(spec.get(direction), ['spec', direction]) ?? []) : [];
    return rules.map((raw, i) => {
      const path = ['spec', direction, i];
      const read = readRule(raw, path, { ...surroundings, namespace: origin.namespace, direction, isDefaultTier: tier.name === defaultTier }, book);
      const narrowed = read.subjects === undefined ? subjects : both(subjects, read.subjects);
      if (narrowed === undefined) book.error('TOO_LARGE', path, 'too many alternatives of subjects');
      return { appliedTo: write(narrowed ?? subjects), direction, rules: narrowed === undefined ? closeAll(read.rules) : read.rules };
    });
  });
  return runsOf(lists);
};

/** Where no rule of the tier's own order names all subjects, something has to stand for the policy, or the tier's end would not see them. */
const silentDirections = ({ types, appliedTo, runs }: Draft): readonly Direction[] =>
  types.filter((direction) => !runs.some((run) => canonicalJson(run.appliedTo) === canonicalJson(appliedTo) && run.rules[direction].some(({ peers, ports }) => peers.length > 0 && ports.length > 0)));

const endPart = (draft: Draft): Part => {
  const { origin, tier, types, appliedTo } = draft;
  const isDefault = tier.name === defaultTier;
  const ended = isDefault ? types : tier.defaultAction === 'Deny' ? silentDirections(draft) : [];
  const rules = (direction: Direction): RuleBody[] => (ended.includes(direction) ? [everything('Drop', `end-of-tier-${direction}`)] : []);
  return { origin, label: 'end', tier: isDefault ? endTier : tier.own, key: [1, draft.order, origin.name, origin.namespace ?? ''], appliedTo, rules: { ingress: rules('ingress'), egress: rules('egress') } };
};

const partsOf = (draft: Draft): readonly Part[] => {
  const { origin, tier, order, runs } = draft;
  const isBehind = tier.name === defaultTier && isBehindNetworkPolicy(order, origin.name);
  const parts = runs.map(({ appliedTo, rules }, i): Part => ({
    origin,
    label: i === 0 ? '' : String(i + 1),
    tier: tier.own,
    key: [0, order, origin.name, origin.namespace ?? '', i],
    appliedTo,
    rules: isBehind ? { ingress: delegating(rules.ingress), egress: delegating(rules.egress) } : rules,
  }));
  return [...parts, endPart(draft)];
};

/** A tier that is not there might have denied at its end: everything is dropped, where our own kinds of an unknown tier stand. */
const closedParts = (origin: Origin, types: readonly Direction[], appliedTo: readonly Plain[]): readonly Part[] => {
  const rules = (direction: Direction): RuleBody[] => (types.includes(direction) ? [everything('Drop')] : []);
  return [{ origin, label: '', tier: 'application', key: [0, 0, origin.name, origin.namespace ?? ''], appliedTo, rules: { ingress: rules('ingress'), egress: rules('egress') } }];
};

export const readPolicy = (object: ForeignRecord, origin: Origin, surroundings: Surroundings, book: Notebook): readonly Part[] => {
  const spec = book.required(object.get('spec'), ['spec']);
  if (spec === undefined) return [];
  const before = book.errors.length;
  const isStaged = origin.kind.startsWith('Staged');
  for (const key of spec.keys()) if (!fields.includes(key) || (key === 'stagedAction' && !isStaged)) book.error('UNKNOWN_FIELD', ['spec', key], `unknown field; known are ${fields.join(', ')}`);
  book.unsayable(spec, ['doNotTrack', 'preDNAT', 'applyOnForward'], ['spec'], 'packets are judged at endpoints, with their connections, behind the translation of Services');
  const order = book.number(spec.get('order'), ['spec', 'order'], [-1e15, 1e15]) ?? Infinity;
  const types = readTypes(spec, book);
  const tier = readTier(spec, surroundings, book);
  const isSpoilt = book.errors.length > before;
  const subjects = readSubjects(spec, origin, book);
  if (subjects === undefined) return [];
  const appliedTo = write(subjects);
  if (tier === undefined) return closedParts(origin, types, appliedTo);
  const runs = readRuns(spec, { origin, types, subjects, tier }, surroundings, book);
  const closedRuns = runs.map((run) => ({ ...run, rules: { ingress: [...closeAll(run.rules.ingress)], egress: [...closeAll(run.rules.egress)] } }));
  return partsOf({ origin, tier, order, types, appliedTo, runs: isSpoilt ? closedRuns : runs });
};
