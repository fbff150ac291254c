/**
 * Antrea, `crd.antrea.io/v1beta1`.
 *
 * @module
 */
import { compareKeys } from '@firsthop/base';
import { closePart, type Known } from '../foreign-objects.ts';
import type { Part } from '../own-policy.ts';
import { writeParts } from '../own-policy.ts';
import type { Plain } from '../translation.ts';
import { GroupIndex } from './group-index.ts';
import { checkChildren, readGroup, writeGroup } from './groups.ts';
import { readPolicy } from './policy.ts';
import { type AntreaTier, readTier, staticTiers, writeTier } from './tiers.ts';

/** Static tiers appear with the first policy that stands in one. */
class TierWriter {
  readonly #tiers = staticTiers();
  readonly #written = new Set<string>();

  get all(): ReadonlyMap<string, AntreaTier> {
    return this.#tiers;
  }

  take({ object, origin, book }: Known): readonly Plain[] {
    const tier = readTier(object, origin, book);
    if (tier === undefined || book.errors.length > 0) return [];
    this.#tiers.set(origin.name, tier);
    this.#written.add(tier.own);
    return [writeTier(tier, origin)];
  }

  missing(names: readonly string[]): readonly Plain[] {
    const found = [...this.#tiers.values()].filter(({ own }) => names.includes(own) && !this.#written.has(own));
    for (const { own } of found) this.#written.add(own);
    return found.map((tier) => writeTier(tier));
  }
}

const takeGroups = (known: readonly Known[]): { readonly groups: GroupIndex; readonly objects: ReadonlyMap<Known, Plain> } => {
  const groups = new GroupIndex();
  const drafts = known.filter(({ origin: { kind } }) => kind === 'ClusterGroup' || kind === 'Group').flatMap((one) => {
    const draft = one.book.attempt((book) => readGroup(one.object, one.origin, book));
    return draft === undefined || one.isSpoilt ? [] : [{ one, draft }];
  });
  for (const { draft } of drafts) groups.add(draft);
  for (const { one, draft } of drafts) checkChildren(draft, groups, one.book);
  for (const { one } of drafts) if (one.book.errors.length > 0) groups.remove(one.origin);
  return { groups, objects: new Map(drafts.filter(({ one }) => one.book.errors.length === 0).map(({ one, draft }) => [one, writeGroup(draft)])) };
};

const noteTies = (parts: readonly { readonly one: Known; readonly part: Part }[]): void => {
  const seen = new Map<string, string>();
  const policies = parts.filter(({ part: { label } }) => label === '').sort((a, b) => compareKeys(a.part.key, b.part.key));
  for (const { one, part } of policies) {
    const at = `${part.tier} ${part.key[0]}`;
    const other = seen.get(at);
    if (other !== undefined) one.book.note(['spec', 'priority'], `${other} has this priority too; Antrea does not say which comes first, here it is by name`);
    seen.set(at, one.origin.name);
  }
};

export const translateAntrea = (known: readonly Known[]): ReadonlyMap<Known, readonly Plain[]> => {
  const tiers = new TierWriter();
  const tierObjects = new Map(known.filter(({ origin: { kind } }) => kind === 'Tier').map((one) => [one, tiers.take(one)]));
  const { groups, objects } = takeGroups(known);
  const policies = known.filter(({ origin: { kind } }) => kind.endsWith('NetworkPolicy'));
  const read = new Map(policies.map((one) => [one, readPolicy(one.object, one.origin, { tiers: tiers.all, groups }, one.book).map((part) => (one.isSpoilt ? closePart(part) : part))]));
  noteTies([...read].flatMap(([one, parts]) => parts.map((part) => ({ one, part }))));
  const written = writeParts([...read.values()].flat());
  return new Map(
    known.map((one): [Known, readonly Plain[]] => {
      const own = (read.get(one) ?? []).filter((part) => written.has(part));
      const group = objects.get(one);
      return [one, [...(tierObjects.get(one) ?? []), ...(group === undefined ? [] : [group]), ...tiers.missing(own.map(({ tier }) => tier)), ...own.flatMap((part): readonly Plain[] => { const policy = written.get(part); return policy === undefined ? [] : [policy]; })]];
    }),
  );
};
