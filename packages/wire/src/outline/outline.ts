/**
 * A plan in a few kilobytes, so that somebody who has another one can tell where the two differ, whatever ways led to them: 64 bits for each bucket, a sum
 * over what is counted there.
 *
 * @module
 */
import { endpointText, type NodePlan, policyGroupText, ruleText } from '@firsthop/plan';
import { BucketSet, bucketsFor, type CountedKind, hashMember, hashName, hashText, second, sizeOf } from './buckets.ts';

/** Two sums of 32 bits for each bucket. Of the node's own addresses nothing: they are always told. */
export type Sums = Uint32Array;

/** How many buckets an outline of this plan should have. */
export const bucketsOf = (plan: NodePlan): number => bucketsFor(sizeOf(plan.addressGroups, plan.rules.size + plan.policyGroups.size + plan.endpoints.size));

export const outlineOf = (plan: NodePlan, buckets: number): Sums => {
  const sums = new Uint32Array(2 * buckets);
  const count = (hash: number, content: number): void => {
    const at = 2 * (hash & (buckets - 1));
    sums[at] = (sums[at] ?? 0) + content;
    sums[at + 1] = (sums[at + 1] ?? 0) + second(content);
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
      count(hash, second(hash));
    }
  }
  for (const rule of plan.rules.values()) object('rule', rule.id, ruleText(rule));
  for (const policy of plan.policyGroups.values()) object('policy', policy.id, policyGroupText(policy));
  for (const endpoint of plan.endpoints.values()) object('endpoint', endpoint.id, endpointText(endpoint));
  return sums;
};

/** Buckets whose sums differ. Both have the same number of them. */
export const differing = (a: Sums, b: Sums): BucketSet => {
  const found = new BucketSet(a.length / 2);
  for (let i = 0; i < a.length; i += 2) if (a[i] !== b[i] || a[i + 1] !== b[i + 1]) found.add(i / 2);
  return found;
};

/** Eight bytes a bucket, little-endian, in base64. */
export const sumsText = (sums: Sums): string => {
  const bytes = Buffer.alloc(4 * sums.length);
  for (const [i, sum] of sums.entries()) bytes.writeUInt32LE(sum, 4 * i);
  return bytes.toString('base64');
};

/** Undefined: it is not of so many buckets. */
export const readSums = (text: string, buckets: number): Sums | undefined => {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.byteLength !== 8 * buckets) return undefined;
  return Uint32Array.from({ length: 2 * buckets }, (_, i) => bytes.readUInt32LE(4 * i));
};
