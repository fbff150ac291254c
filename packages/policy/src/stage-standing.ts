/**
 * What is wrong with a draft only because of what other policies there are: then it is about nothing, and `whatIf` leaves it out.
 *
 * @module
 */
import { compareText } from '@firsthop/base';
import type { PolicyError } from './policy-error.ts';
import { type Policy, policyKey } from './policy.ts';
import { fault } from './reading.ts';

const stageOf = (policy: Policy): string | undefined => (policy.form === 'tiered' ? policy.stage?.of : undefined);

interface Stages {
  /** By `policyKey`. */
  readonly live: ReadonlySet<string>;
  /** By what they are about, the first by name. */
  readonly drafts: ReadonlyMap<string, Policy>;
}

/** Lists of policies never change, and every draft asks about the same one. */
const read = new WeakMap<readonly Policy[], Stages>();

const stagesOf = (policies: readonly Policy[]): Stages => {
  const known = read.get(policies);
  if (known !== undefined) return known;
  const [live, drafts] = [new Set<string>(), new Map<string, Policy>()];
  for (const policy of policies) {
    const of = stageOf(policy);
    if (of === undefined) {
      live.add(policyKey(policy.ref));
      continue;
    }
    const first = drafts.get(of);
    if (first === undefined || compareText(policyKey(policy.ref), policyKey(first.ref)) < 0) drafts.set(of, policy);
  }
  const stages = { live, drafts };
  read.set(policies, stages);
  return stages;
};

export const stageFaults = (policy: Policy, policies: readonly Policy[]): readonly PolicyError[] => {
  const of = stageOf(policy);
  if (of === undefined) return [];
  const { live, drafts } = stagesOf(policies);
  const path = ['spec', 'stage', 'of'];
  if (!live.has(of)) return [fault('NOT_FOUND', path, 'there is no live policy of this kind, namespace and name')];
  const first = drafts.get(of);
  return first === undefined || policyKey(first.ref) === policyKey(policy.ref) ? [] : [fault('DUPLICATE', path, `${first.ref.name} is a draft of it already; the first by name counts`)];
};
