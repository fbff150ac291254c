/**
 * A plan in a few kilobytes, so that somebody who has another one can tell where the two differ, whatever ways led to them: 32 bits for each bucket, a sum
 * over what is counted there. Two sums that are equal by chance, one time in four thousand million, cost a whole plan: the digest finds out.
 *
 * @module
 */
import { endpointText, type NodePlan, policyGroupText, ruleText } from '@firsthop/plan';
import { BucketSet, bucketsFor, type CountedKind, hashMember, hashName, hashText, sizeOf, weightOf } from './buckets.ts';

/** One for each bucket. Of the node's own addresses nothing: they are always told. */
export type Sums = Uint32Array;

/** How many buckets an outline of this plan should have. */
export const bucketsOf = (plan: NodePlan): number => bucketsFor(sizeOf(plan.addressGroups, plan.rules.size + plan.policyGroups.size + plan.endpoints.size));

export const outlineOf = (plan: NodePlan, buckets: number): Sums => {
  const sums = new Uint32Array(buckets);
  const count = (hash: number, content: number): void => {
    const at = hash & (buckets - 1);
    sums[at] = (sums[at] ?? 0) + weightOf(content);
  };
  const object = (kind: CountedKind, id: string, text: string): void => {
    const name = hashName(kind, id);
    count(name, hashText(name, text));
  };
  for (const { id, members } of plan.addressGroups.values()) {
    object('group', id, '');
    const group = hashName('group', id);
    for (const member of members) {
      const hash = hashMember(group, member);
      count(hash, hash);
    }
  }
  for (const rule of plan.rules.values()) object('rule', rule.id, ruleText(rule));
  for (const policy of plan.policyGroups.values()) object('policy', policy.id, policyGroupText(policy));
  for (const endpoint of plan.endpoints.values()) object('endpoint', endpoint.id, endpointText(endpoint));
  return sums;
};

/** Buckets whose sums differ. Both have the same number of them. */
export const differing = (a: Sums, b: Sums): BucketSet => {
  const found = new BucketSet(a.length);
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) found.add(i);
  return found;
};

/** Four bytes a bucket, little-endian, in base64. */
export const sumsText = (sums: Sums): string => {
  const bytes = Buffer.alloc(4 * sums.length);
  for (const [i, sum] of sums.entries()) bytes.writeUInt32LE(sum, 4 * i);
  return bytes.toString('base64');
};

/** Undefined: it is not of so many buckets. */
export const readSums = (text: string, buckets: number): Sums | undefined => {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.byteLength !== 4 * buckets) return undefined;
  return Uint32Array.from({ length: buckets }, (_, i) => bytes.readUInt32LE(4 * i));
};
