/**
 * Calico, `projectcalico.org/v3`, and `crd.projectcalico.org/v1`, in which it stores the same.
 *
 * @module
 */
import { closePart, type Known } from '../foreign-objects.ts';
import type { Origin } from '../origin.ts';
import { ownName } from '../own-names.ts';
import { ownObject, type Part, writeParts } from '../own-policy.ts';
import type { Plain } from '../translation.ts';
import { type NetworkSet, readNetworkSet } from './network-sets.ts';
import { readPolicy } from './policy.ts';
import { readStagedAction, stageParts } from './staged.ts';
import { readStagedKubernetes } from './staged-kubernetes.ts';
import { defaultTier, endTier, isBuiltIn, type PlacedTier, placeTiers, readTier, writeEndTier, writeTier } from './tiers.ts';

/** Groups that a policy needs for itself: of several peers where one is asked for. */
class Gatherer {
  readonly objects: Plain[] = [];
  readonly #origin: Origin;

  constructor(origin: Origin) {
    this.#origin = origin;
  }

  gather(members: readonly Plain[]): Plain {
    const { kind, name, namespace } = this.#origin;
    const own = ownName(`calico-${kind.startsWith('Staged') ? 'staged-' : ''}not-${this.objects.length + 1}`, name);
    this.objects.push(ownObject(namespace === undefined ? 'ClusterGroup' : 'Group', this.#origin, own, { members }));
    return { group: { name: own } };
  }
}

interface Work {
  readonly tiers: ReadonlyMap<string, PlacedTier>;
  readonly sets: readonly NetworkSet[];
}

interface Read {
  readonly parts: readonly Part[];
  readonly groups: readonly Plain[];
}

const nothing: Read = { parts: [], groups: [] };

const readOne = (one: Known, work: Work): Read => {
  const gatherer = new Gatherer(one.origin);
  const parts = readPolicy(one.object, one.origin, { ...work, gather: (members) => gatherer.gather(members) }, one.book);
  return { parts: one.isSpoilt ? parts.map((part) => (part.label === 'end' ? part : closePart(part))) : parts, groups: gatherer.objects };
};

const liveKey = ({ kind, namespace, name }: Origin): string => `${kind.replace(/^Staged/, '')}/${namespace ?? ''}/${name}`;

const readStaged = (one: Known, work: Work, live: ReadonlyMap<string, Read>): Read => {
  const action = readStagedAction(one.object, one.book);
  if (one.origin.kind === 'StagedKubernetesNetworkPolicy') {
    if (action === 'Delete') one.book.error('UNSUPPORTED', ['spec', 'stagedAction'], 'the removal of a NetworkPolicy cannot be previewed');
    return action === 'Set' ? { parts: readStagedKubernetes(one.object, one.origin, work.tiers.get(defaultTier)?.own ?? '', one.book), groups: [] } : nothing;
  }
  const read = action === 'Set' ? readOne(one, work) : nothing;
  return { ...read, parts: stageParts({ origin: one.origin, action, parts: read.parts, live: live.get(liveKey(one.origin))?.parts ?? [] }, one.book) };
};

const readTiers = (known: readonly Known[]): ReadonlyMap<string, PlacedTier> => {
  const declared = known.filter(({ origin: { kind } }) => kind === 'Tier').flatMap((one) => {
    const tier = one.book.attempt((book) => readTier(one.object, one.origin, book));
    return tier === undefined || one.isSpoilt ? [] : [{ one, tier }];
  });
  return placeTiers(
    declared.map(({ tier }) => tier),
    (refused) => declared.find(({ tier }) => tier === refused)?.one.book.error('TOO_LARGE', ['spec', 'order'], 'there are more tiers in this place than can be said here'),
  );
};

/** Tiers appear with the first policy that stands in one, but for those that were written. */
class TierWriter {
  readonly #tiers: ReadonlyMap<string, PlacedTier>;
  readonly #written = new Set<string>();

  constructor(tiers: ReadonlyMap<string, PlacedTier>) {
    this.#tiers = tiers;
  }

  declared({ origin, book }: Known): readonly Plain[] {
    const tier = this.#tiers.get(origin.name);
    if (tier === undefined || isBuiltIn(origin.name) || book.errors.length > 0 || this.#written.has(tier.own)) return [];
    this.#written.add(tier.own);
    return [writeTier(tier, origin)];
  }

  missing(own: string): readonly Plain[] {
    if (this.#written.has(own)) return [];
    this.#written.add(own);
    if (own === endTier) return [writeEndTier()];
    const tier = [...this.#tiers.values()].find((one) => one.own === own);
    return tier === undefined ? [] : [writeTier(tier)];
  }
}

export const translateCalico = (known: readonly Known[]): ReadonlyMap<Known, readonly Plain[]> => {
  const tiers = readTiers(known);
  const sets = known.filter(({ origin: { kind } }) => kind.endsWith('NetworkSet')).map((one) => readNetworkSet(one.object, one.origin, one.isSpoilt, one.book));
  const work: Work = { tiers, sets };
  const policies = known.filter(({ origin: { kind } }) => kind.endsWith('NetworkPolicy'));
  const isLive = ({ origin: { kind } }: Known): boolean => !kind.startsWith('Staged');
  const live = new Map(policies.filter(isLive).map((one) => [one, readOne(one, work)]));
  const byName = new Map([...live].map(([{ origin }, read]) => [liveKey(origin), read]));
  const read = new Map<Known, Read>([...live, ...policies.filter((one) => !isLive(one)).map((one): [Known, Read] => [one, readStaged(one, work, byName)])]);
  const written = writeParts([...read.values()].flatMap(({ parts }) => parts));
  const writer = new TierWriter(tiers);
  const tierObjects = new Map(known.filter(({ origin: { kind } }) => kind === 'Tier').map((one) => [one, writer.declared(one)]));
  const objectsOf = (one: Known): readonly Plain[] => {
    const { parts, groups } = read.get(one) ?? nothing;
    const own = parts.flatMap((part) => {
      const policy = written.get(part);
      return policy === undefined ? [] : [...writer.missing(part.tier), policy];
    });
    return [...(tierObjects.get(one) ?? []), ...groups, ...own];
  };
  return new Map(known.map((one): [Known, readonly Plain[]] => [one, objectsOf(one)]));
};
