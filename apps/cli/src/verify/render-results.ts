/**
 * Verdicts for people: one line each, why, and what would have allowed it. Pure.
 *
 * @module
 */
import type { DecisionJson, PolicyRefJson } from '@firsthop/policy';
import type { ProbeResult } from './verify-probes.ts';

export const refText = ({ cluster, kind, namespace, name }: PolicyRefJson): string => `${kind} ${cluster === undefined ? '' : `${cluster}: `}${namespace === undefined ? '' : `${namespace}/`}${name}`;
export const ruleText = ({ index, name }: { readonly index: number; readonly name?: string }): string => `rule ${name ?? index}`;

const DEFAULTS: Readonly<Partial<Record<DecisionJson['reason'], string>>> = {
  workloadDefault: 'by default, no policy decides',
  self: 'a workload reaches itself',
  ownNode: 'the own node reaches its pods',
};

export const why = ({ reason, tier, policy, rule, isolatedBy }: DecisionJson): string => {
  if (policy !== undefined && rule !== undefined) return `${refText(policy)} ${ruleText(rule)}${tier === undefined ? '' : `, tier ${tier}`}`;
  if (isolatedBy !== undefined) return `isolated by ${isolatedBy.map(refText).join(', ')}`;
  return reason === 'tierDefault' ? `end of tier ${tier ?? ''}` : (DEFAULTS[reason] ?? reason);
};

/** The side that denied; both where the connection is allowed. */
const deciding = ({ egress, ingress }: ProbeResult): [string, DecisionJson][] => {
  const sides = ([['egress', egress], ['ingress', ingress]] as const).flatMap(([side, decision]): [string, DecisionJson][] => (decision === undefined ? [] : [[side, decision]]));
  const denied = sides.find(([, { verdict }]) => verdict !== 'allow');
  return denied === undefined ? sides : [denied];
};

export const renderResults = (results: readonly ProbeResult[]): string => {
  const width = Math.max(0, ...results.map(({ id }) => id.length));
  const margin = ' '.repeat(width + 10);
  return results
    .flatMap((result) => {
      const reasons = deciding(result).map(([side, decision]) => `${side}: ${why(decision)}`);
      const misses = deciding(result).flatMap(([, { nearestMiss }]) => (nearestMiss === undefined ? [] : [`nearest: ${refText(nearestMiss.policy)} ${ruleText(nearestMiss.rule)}: ${nearestMiss.detail}`]));
      const watched = result.monitor === undefined || result.monitor === result.verdict ? [] : [`monitor: ${result.monitor}, if everything that is monitored were enforced`];
      const [first = 'nobody judges it: neither end is managed', ...more] = [...reasons, ...misses, ...watched];
      return [`${result.id.padEnd(width)}  ${result.verdict.padEnd(6)}  ${first}`, ...more.map((line) => `${margin}${line}`)];
    })
    .join('\n');
};
