import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** SHA-256 of a text, 64 hex digits. */
export const sha256Hex = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)));

/**
 * Name of a content: the first 64 bits of its SHA-256, 16 hex digits. Equal content, equal name, on every machine.
 * Long enough for names inside one cluster; never a proof against somebody who searches for collisions.
 */
export const contentId = (text: string): string => sha256Hex(text).slice(0, 16);

/** JSON with sorted keys and without undefined members: equal values give equal text. Maps and bigints are refused, not guessed at. */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    if (Object.getPrototypeOf(value) !== Object.prototype) throw new TypeError('canonicalJson takes plain objects only');
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    members.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
  }
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`canonicalJson cannot write ${typeof value}`);
  return text;
};

/**
 * Digest of a set of named contents, kept in O(1) per change: the sum of the members' hashes modulo 2^256.
 * Order of changes cannot be seen in it. It names a state; it is no defence against a party that chooses the contents.
 */
export class SetDigest {
  #sum = 0n;

  /** Goes on from the text of another digest. Undefined: that text is none. */
  static resume(text: string): SetDigest | undefined {
    if (!/^[0-9a-f]{64}$/.test(text)) return undefined;
    const digest = new SetDigest();
    digest.#sum = BigInt(`0x${text}`);
    return digest;
  }

  add(key: string, content: string): void {
    this.#sum = BigInt.asUintN(256, this.#sum + memberHash(key, content));
  }
  remove(key: string, content: string): void {
    this.#sum = BigInt.asUintN(256, this.#sum - memberHash(key, content));
  }
  toString(): string {
    return this.#sum.toString(16).padStart(64, '0');
  }
}

const memberHash = (key: string, content: string): bigint => BigInt(`0x${sha256Hex(`${key.length}:${key}${content}`)}`);
