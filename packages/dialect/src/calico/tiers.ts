/**
 * Calico's tiers, put among ours in their own order, around two fixed points: ClusterNetworkPolicy (Calico's kube-admin, ours 300) and
 * NetworkPolicy (inside of Calico's tier default).
 *
 * @module
 */
import { compareKeys } from '@firsthop/base';
import type { ForeignRecord, Notebook } from '../notebook.ts';
import { originText, type Origin } from '../origin.ts';
import { ownTierName } from '../own-names.ts';
import { ownTier } from '../own-policy.ts';
import type { Plain } from '../translation.ts';

export interface CalicoTier {
  readonly name: string;
  /** Infinity: not written, so it comes last. */
  readonly order: number;
  readonly defaultAction: 'Deny' | 'Pass';
}

export interface PlacedTier extends CalicoTier {
  readonly own: string;
  readonly ownOrder: number;
}

export const defaultTier = 'default';
/** Behind NetworkPolicy: what the end of the tier default drops. */
export const endTier = 'calico-default-end';

const builtIn: readonly CalicoTier[] = [
  { name: 'kube-admin', order: 1000, defaultAction: 'Pass' },
  { name: 'adminnetworkpolicy', order: 1000, defaultAction: 'Pass' },
  { name: defaultTier, order: 1_000_000, defaultAction: 'Deny' },
  { name: 'kube-baseline', order: 10_000_000, defaultAction: 'Pass' },
];

export const isBuiltIn = (name: string): boolean => builtIn.some((one) => one.name === name);

/** Orders of ours, first and last, for Calico's tiers up to this key. */
const stretches: readonly { readonly until: readonly [number, string]; readonly first: number; readonly last: number }[] = [
  { until: [1000, 'kube-admin'], first: 201, last: 299 },
  { until: [1_000_000, defaultTier], first: 601, last: 899 },
  { until: [10_000_000, 'kube-baseline'], first: 10_021, last: 10_099 },
  { until: [Infinity, '\uffff'], first: 10_101, last: 10_999 },
];
const defaultOrder = 900;
const endOrder = 10_020;

export const readTier = (object: ForeignRecord, { name }: Origin, book: Notebook): CalicoTier => {
  const spec = book.object(object.get('spec'), ['spec'], ['order', 'defaultAction']);
  const order = book.number(spec?.get('order'), ['spec', 'order'], [-1e15, 1e15]) ?? Infinity;
  const raw = spec?.get('defaultAction');
  const defaultAction = raw === undefined || raw === null || raw === '' ? 'Deny' : (book.choice(raw, ['spec', 'defaultAction'], ['Deny', 'Pass']) ?? 'Deny');
  if (name === defaultTier && defaultAction !== 'Deny') book.error('UNSUPPORTED', ['spec', 'defaultAction'], 'the tier default ends with Deny');
  return { name, order, defaultAction };
};

/** All of them in Calico's order, each with ours. `refuse` hears of those for which there is no room. */
export const placeTiers = (declared: readonly CalicoTier[], refuse: (tier: CalicoTier) => void): ReadonlyMap<string, PlacedTier> => {
  const key = ({ order, name }: CalicoTier): readonly [number, string] => [order, name];
  const ordered = [...builtIn, ...declared.filter(({ name }) => !isBuiltIn(name))].sort((a, b) => compareKeys(key(a), key(b)));
  const next = stretches.map(({ first }) => first);
  const placed = new Map<string, PlacedTier>();
  for (const tier of ordered) {
    const own = ownTierName('calico', tier.name);
    if (tier.name === defaultTier) {
      placed.set(tier.name, { ...tier, own, ownOrder: defaultOrder });
      continue;
    }
    const at = stretches.findIndex(({ until }) => compareKeys(key(tier), until) < 0);
    const ownOrder = next[at] ?? 0;
    next[at] = ownOrder + 1;
    if (ownOrder > (stretches[at]?.last ?? -1)) refuse(tier);
    else placed.set(tier.name, { ...tier, own, ownOrder });
  }
  return placed;
};

/** The tier default ends behind NetworkPolicy, so its own end is a tier of its own. */
export const writeTier = ({ name, own, ownOrder, defaultAction }: PlacedTier, origin?: Origin): Plain =>
  ownTier(own, { order: ownOrder, defaultAction: name === defaultTier || defaultAction === 'Pass' ? 'Continue' : 'Drop', namespaced: 'Allowed' }, origin === undefined ? {} : { 'firsthop.dev/translated-from': originText(origin) });

export const writeEndTier = (): Plain => ownTier(endTier, { order: endOrder, namespaced: 'Allowed' });
