/**
 * Where an object of a plan is counted: in one of so many buckets, by its name alone, so that another content of the same object is another sum of the
 * same bucket. Both ends must agree, and nobody else: hashes here are cheap, and guard nothing. Whatever they get wrong, the plan's digest finds out.
 *
 * @module
 */
import type { Address } from '@firsthop/netaddr';
import type { AddressGroupId } from '@firsthop/plan';

export type CountedKind = 'group' | 'rule' | 'policy' | 'endpoint';
const seeds: Readonly<Record<CountedKind, number>> = { group: 0x9e3779b1, rule: 0x85ebca77, policy: 0xc2b2ae3d, endpoint: 0x27d4eb2f };

const mix = (from: number): number => {
  let hash = from ^ (from >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};

/** 32 bits of a text. */
export const hashText = (seed: number, text: string): number => {
  let hash = seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash);
};

/** 32 bits of an object's name. */
export const hashName = (kind: CountedKind, id: string): number => hashText(seeds[kind], id);

/** 32 bits of a member of the group that is called so. */
export const hashMember = (group: number, address: Address): number => {
  if (typeof address === 'number') return mix(group ^ Math.imul(address, 0x01000193) ^ 4);
  let hash = group ^ 6;
  for (let rest = address as bigint, i = 0; i < 4; i++, rest >>= 32n) hash = mix(hash ^ Number(rest & 0xffffffffn));
  return hash;
};

/** What a bucket's sum gets for something with this hash: nothing that goes with the bucket's own number. */
export const weightOf = (hash: number): number => mix(hash ^ 0x5bd1e995);

export const LEAST_BUCKETS = 64;
export const MOST_BUCKETS = 4096;

/**
 * How many for a plan of so much. An outline costs four bytes a bucket, and a difference what else is in its bucket, fifty bytes for an object: about equal where ten
 * things differ and there are as many buckets as eight times the square root.
 */
export const bucketsFor = (size: number): number => Math.min(MOST_BUCKETS, Math.max(LEAST_BUCKETS, 2 ** Math.ceil(Math.log2(8 * Math.sqrt(size)))));

/** Some of so many buckets. */
export class BucketSet {
  readonly count: number;
  readonly bits: Uint8Array;

  constructor(count: number, bits: Uint8Array = new Uint8Array(count / 8)) {
    this.count = count;
    this.bits = bits;
  }

  add(bucket: number): void {
    const byte = bucket >>> 3;
    this.bits[byte] = (this.bits[byte] ?? 0) | (1 << (bucket & 7));
  }

  /** `hash`: of a name, or of a member. */
  holds(hash: number): boolean {
    const bucket = hash & (this.count - 1);
    return ((this.bits[bucket >>> 3] ?? 0) & (1 << (bucket & 7))) !== 0;
  }

  get size(): number {
    let size = 0;
    for (let byte of this.bits) for (; byte !== 0; byte &= byte - 1) size++;
    return size;
  }
}

export const isBucketCount = (count: number): boolean => count >= LEAST_BUCKETS && count <= MOST_BUCKETS && (count & (count - 1)) === 0;

/** How much there is in a plan, counted in objects: a member of a group is an eighth of one. */
export const sizeOf = (groups: ReadonlyMap<AddressGroupId, { readonly members: { readonly size: number } }>, objects: number): number => {
  let size = objects + groups.size;
  for (const { members } of groups.values()) size += members.size / 8;
  return size;
};
