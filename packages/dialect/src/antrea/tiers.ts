/**
 * Antrea's tiers. Its numbers are kept as our orders: all of them are below ours of ClusterNetworkPolicy (300), before which Antrea
 * judges its tiers too; `baseline` (253) goes behind NetworkPolicy, before ClusterNetworkPolicy's.
 *
 * @module
 */
import type { ForeignRecord, Notebook } from '../notebook.ts';
import { originText, type Origin } from '../origin.ts';
import { ownTierName } from '../own-names.ts';
import { ownTier } from '../own-policy.ts';
import type { Plain } from '../translation.ts';

export interface AntreaTier {
  readonly own: string;
  readonly order: number;
  readonly isBaseline: boolean;
}

const statics: ReadonlyMap<string, number> = new Map([['emergency', 50], ['securityops', 100], ['networkops', 150], ['platform', 200], ['application', 250], ['baseline', 253]]);

const tierOf = (name: string, priority: number): AntreaTier => ({ own: ownTierName('antrea', name), order: priority < 253 ? priority : 9800 + priority, isBaseline: priority >= 253 });

/** Always there, whether anybody wrote them or not. */
export const staticTiers = (): Map<string, AntreaTier> => new Map([...statics].map(([name, priority]) => [name, tierOf(name, priority)]));

/** Antrea lets namespaced policies stand in every tier; its own access rules say whose. */
export const writeTier = ({ own, order }: AntreaTier, origin?: Origin): Plain => ownTier(own, { order, namespaced: 'Allowed' }, origin === undefined ? {} : { 'firsthop.dev/translated-from': originText(origin) });

export const readTier = (object: ForeignRecord, { name }: Origin, book: Notebook): AntreaTier | undefined => {
  const spec = book.required(object.get('spec'), ['spec'], ['priority', 'description']);
  if (spec === undefined) return undefined;
  if (spec.get('priority') === undefined) return book.error('REQUIRED', ['spec', 'priority'], 'a tier has a priority');
  const priority = book.integer(spec.get('priority'), ['spec', 'priority'], [0, 255]);
  const known = statics.get(name);
  if (priority === undefined || book.errors.length > 0) return undefined;
  if (known === undefined && priority > 252) return book.error('TIER_ORDER', ['spec', 'priority'], `${priority} is behind NetworkPolicy, where Antrea has its baseline tier only`);
  return known === undefined || known === priority ? tierOf(name, priority) : book.error('TIER_ORDER', ['spec', 'priority'], `the tier ${name} has the priority ${known}`);
};
