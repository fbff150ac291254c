/**
 * Cilium, `cilium.io/v2`: what is said of addresses and ports.
 *
 * @module
 */
import type { Known } from '../foreign-objects.ts';
import { isAbsent } from '../notebook.ts';
import { ownTier, type Part, writeParts } from '../own-policy.ts';
import type { Plain } from '../translation.ts';
import { helperGroups } from './entities.ts';
import { ciliumTier, denyTier, readSpec } from './policy.ts';

const tiers: ReadonlyMap<string, Plain> = new Map([
  [ciliumTier, ownTier(ciliumTier, { order: 950, namespaced: 'Allowed' })],
  [denyTier, ownTier(denyTier, { order: 10_030, namespaced: 'Allowed' })],
]);

const readPolicy = ({ object, origin, book, isSpoilt }: Known): readonly Part[] => {
  const specs = book.list(object.get('specs'), ['specs']) ?? [];
  const single = isAbsent(object.get('spec')) ? [] : [{ raw: object.get('spec'), path: ['spec'] as readonly (string | number)[] }];
  const all = [...single, ...specs.map((raw, i) => ({ raw, path: ['specs', i] }))];
  if (all.length === 0) book.error('REQUIRED', ['spec'], 'spec or specs is expected here');
  return all.flatMap(({ raw, path }, i) => readSpec(raw, path, { origin, i, isSpoilt }, book));
};

/** Every `{group: {name}}` below. */
const groupNames = (value: unknown): readonly string[] => {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'group' in value && typeof value.group === 'object' && value.group !== null && 'name' in value.group && typeof value.group.name === 'string' ? [value.group.name] : [];
  return [...own, ...Object.values(value).flatMap(groupNames)];
};

export const translateCilium = (known: readonly Known[]): ReadonlyMap<Known, readonly Plain[]> => {
  const read = new Map(known.map((one) => [one, readPolicy(one)]));
  const written = writeParts([...read.values()].flat());
  const helpers = new Map([...tiers, ...helperGroups]);
  /** Tiers and groups appear with the first policy that names them. */
  const first = (names: readonly string[]): readonly Plain[] =>
    [...new Set(names)].flatMap((name) => {
      const helper = helpers.get(name);
      helpers.delete(name);
      return helper === undefined ? [] : [helper];
    });
  return new Map(
    [...read].map(([one, parts]): [Known, readonly Plain[]] => {
      const own = parts.flatMap((part) => {
        const policy = written.get(part);
        return policy === undefined ? [] : [{ part, policy }];
      });
      return [one, [...first(own.map(({ part }) => part.tier)), ...first(own.flatMap(({ policy }) => groupNames(policy))), ...own.map(({ policy }) => policy)]];
    }),
  );
};
