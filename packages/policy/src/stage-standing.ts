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

export const stageFaults = (policy: Policy, policies: readonly Policy[]): readonly PolicyError[] => {
  const of = stageOf(policy);
  if (of === undefined) return [];
  const path = ['spec', 'stage', 'of'];
  const isLive = policies.some((other) => stageOf(other) === undefined && policyKey(other.ref) === of);
  if (!isLive) return [fault('NOT_FOUND', path, 'there is no live policy of this kind, namespace and name')];
  const first = policies.filter((other) => stageOf(other) === of).sort((a, b) => compareText(policyKey(a.ref), policyKey(b.ref)))[0];
  return first === undefined || policyKey(first.ref) === policyKey(policy.ref) ? [] : [fault('DUPLICATE', path, `${first.ref.name} is a draft of it already; the first by name counts`)];
};
