/**
 * Parts: the policies of ours that foreign policies become, before their numbers are known.
 *
 * Our priorities are whole numbers and theirs are not, so the numbers are positions: all parts of one tier, in their order, from 1.
 * No two share one, and the order is the foreign system's own.
 *
 * @module
 */
import { compareKeys } from '@firsthop/base';
import type { Direction } from '@firsthop/policy';
import { type Origin, originText } from './origin.ts';
import { ownName } from './own-names.ts';
import { type RuleBody, writeRules } from './rule-body.ts';
import type { Plain } from './translation.ts';

export interface Part {
  readonly origin: Origin;
  /** Behind the system's name: '' for the policy itself, '2', 'end', 'deny', ... */
  readonly label: string;
  readonly tier: string;
  /** Position in the tier. */
  readonly key: readonly (string | number)[];
  readonly appliedTo: readonly Plain[];
  readonly rules: Readonly<Record<Direction, readonly RuleBody[]>>;
  /** Such as `mode` and `stage`. */
  readonly extra?: Plain;
}

const firsthop = 'firsthop.dev/v1alpha1';

export const partName = ({ origin: { system, name }, label }: Pick<Part, 'origin' | 'label'>): string => ownName(label === '' ? system : `${system}-${label}`, name);

export const metadataOf = (origin: Origin, name: string): Plain => ({
  name,
  ...(origin.namespace === undefined ? {} : { namespace: origin.namespace }),
  annotations: { 'firsthop.dev/translated-from': originText(origin) },
});

export const ownObject = (kind: string, origin: Origin, name: string, spec: Plain): Plain => ({ apiVersion: firsthop, kind, metadata: metadataOf(origin, name), spec });

export const ownTier = (name: string, spec: Plain, annotations: Plain = {}): Plain => ({ apiVersion: firsthop, kind: 'Tier', metadata: { name, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) }, spec });

/** A subject that is nobody, or nothing to say in either direction: no policy at all. */
export const isSilent = ({ appliedTo, rules }: Part): boolean => appliedTo.length === 0 || (writeRules(rules.ingress, 'ingress') === undefined && writeRules(rules.egress, 'egress') === undefined);

const writePart = (part: Part, priority: number): Plain => {
  const { origin, tier, appliedTo, rules, extra } = part;
  const ingress = writeRules(rules.ingress, 'ingress');
  const egress = writeRules(rules.egress, 'egress');
  const spec = { tier, priority, ...extra, appliedTo, ...(ingress === undefined ? {} : { ingress }), ...(egress === undefined ? {} : { egress }) };
  return ownObject(origin.namespace === undefined ? 'ClusterSecurityPolicy' : 'SecurityPolicy', origin, partName(part), spec);
};

/** Each part with its policy, in order of evaluation; those with nothing to say are left out. */
export const writeParts = (parts: readonly Part[]): ReadonlyMap<Part, Plain> => {
  const tiers = new Map<string, Part[]>();
  for (const part of parts.filter((one) => !isSilent(one))) {
    const tier = tiers.get(part.tier);
    if (tier === undefined) tiers.set(part.tier, [part]);
    else tier.push(part);
  }
  const written = [...tiers.values()].flatMap((members) => members.sort((a, b) => compareKeys(a.key, b.key)).map((part, i): [Part, Plain] => [part, writePart(part, i + 1)]));
  return new Map(written);
};
