/**
 * ClusterNetworkPolicy and NetworkPolicy of Antrea: one order for both. Nothing is denied unless a rule says so.
 *
 * A rule with an appliedTo of its own needs a policy of its own: neighbours with the same one share it, and their order stays.
 *
 * @module
 */
import type { Direction } from '@firsthop/policy';
import { type ForeignRecord, describe, isEmpty, type Notebook, type Path } from '../notebook.ts';
import type { Origin } from '../origin.ts';
import type { Part } from '../own-policy.ts';
import { closeAll } from '../rule-body.ts';
import { runsOf, type SubjectRules } from '../subject-runs.ts';
import type { Plain } from '../translation.ts';
import type { GroupIndex } from './group-index.ts';
import { type Place, readSubject } from './peers.ts';
import { readRule, type RulePlace } from './rules.ts';
import type { AntreaTier } from './tiers.ts';

export interface Surroundings {
  readonly tiers: ReadonlyMap<string, AntreaTier>;
  readonly groups: GroupIndex;
}

const fields = ['tier', 'priority', 'appliedTo', 'ingress', 'egress'];
const directions: readonly Direction[] = ['ingress', 'egress'];

/** Undefined: one of them cannot be said. Never narrowed to the others. */
const readSubjects = (raw: unknown, path: Path, place: Place, book: Notebook): readonly Plain[] | undefined =>
  book.attempt((draft) => (draft.list(raw, path) ?? []).map((item, i) => readSubject(item, [...path, i], place, draft)).filter((one) => one !== undefined));

class PolicyReader {
  readonly #spec: ForeignRecord;
  readonly #place: Place;
  readonly #isBaseline: boolean;
  readonly #book: Notebook;
  readonly #names = new Set<string>();
  /** Undefined: not written. */
  readonly #common: readonly Plain[] | undefined;

  constructor(spec: ForeignRecord, place: Place, isBaseline: boolean, book: Notebook) {
    this.#spec = spec;
    this.#place = place;
    this.#isBaseline = isBaseline;
    this.#book = book;
    this.#common = isEmpty(spec.get('appliedTo')) ? undefined : (readSubjects(spec.get('appliedTo'), ['spec', 'appliedTo'], place, book) ?? []);
  }

  rules(direction: Direction): readonly SubjectRules[] {
    const list = this.#book.list(this.#spec.get(direction), ['spec', direction]);
    return (list ?? []).map((raw, i) => this.#rule(raw, ['spec', direction, i], direction));
  }

  #rule(raw: unknown, path: Path, direction: Direction): SubjectRules {
    const own = typeof raw === 'object' && raw !== null && 'appliedTo' in raw ? raw.appliedTo : undefined;
    const place: RulePlace = { ...this.#place, direction, isBaseline: this.#isBaseline, names: this.#names };
    const rules = readRule(raw, path, place, this.#book);
    return { appliedTo: this.#subjects(own, [...path, 'appliedTo']), direction, rules };
  }

  #subjects(own: unknown, path: Path): readonly Plain[] {
    if (this.#common !== undefined) {
      if (!isEmpty(own)) this.#book.error('PEER_CONFLICT', path, 'appliedTo stands in the policy or in its rules, not in both');
      return this.#common;
    }
    if (isEmpty(own)) return this.#book.error('REQUIRED', path, 'appliedTo stands in the policy or in each of its rules') ?? [];
    return readSubjects(own, path, this.#place, this.#book) ?? [];
  }
}

/** A policy in a tier that does not exist is closed, where ours of that kind are: in `application`. */
const findTier = (spec: ForeignRecord, { tiers }: Surroundings, book: Notebook): AntreaTier => {
  const name = book.text(spec.get('tier'), ['spec', 'tier']) ?? 'application';
  const tier = tiers.get(name) ?? tiers.get(name.toLowerCase());
  if (tier !== undefined) return tier;
  book.error('TIER_UNKNOWN', ['spec', 'tier'], `there is no tier ${describe(name)}`);
  return { own: 'application', order: 500, isBaseline: false };
};

const readPriority = (spec: ForeignRecord, book: Notebook): number => {
  const raw = spec.get('priority');
  if (raw === undefined) book.error('REQUIRED', ['spec', 'priority'], 'a policy has a priority');
  return book.number(raw, ['spec', 'priority'], [1, 10_000]) ?? 10_000;
};

export const readPolicy = (object: ForeignRecord, origin: Origin, surroundings: Surroundings, book: Notebook): readonly Part[] => {
  const spec = book.required(object.get('spec'), ['spec']);
  if (spec === undefined) return [];
  const before = book.errors.length;
  for (const key of spec.keys()) if (!fields.includes(key)) book.error('UNKNOWN_FIELD', ['spec', key], `unknown field; known are ${fields.join(', ')}`);
  const tier = findTier(spec, surroundings, book);
  const priority = readPriority(spec, book);
  const isSpoilt = book.errors.length > before;
  const reader = new PolicyReader(spec, { namespace: origin.namespace, groups: surroundings.groups, action: undefined }, tier.isBaseline, book);
  const runs = runsOf(directions.map((direction) => reader.rules(direction)));
  const key = (i: number): (string | number)[] => [priority, origin.name, origin.kind, origin.namespace ?? '', i];
  return runs.map(({ appliedTo, rules }, i) => ({
    origin,
    label: i === 0 ? '' : String(i + 1),
    tier: tier.own,
    key: key(i),
    appliedTo,
    rules: isSpoilt ? { ingress: closeAll(rules.ingress), egress: closeAll(rules.egress) } : rules,
  }));
};
