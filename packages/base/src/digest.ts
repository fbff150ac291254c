import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** Node's own, where this is Node: many times faster. Asked for by name, because there is none to import in a browser. */
const native = (globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }).process?.getBuiltinModule?.('crypto') as { readonly hash?: (algorithm: string, text: string, encoding: 'hex') => string } | undefined;

/** The same everywhere. */
export const portableSha256Hex = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)));

/** SHA-256 of a text, 64 hex digits. */
export const sha256Hex = (text: string): string => native?.hash?.('sha256', text, 'hex') ?? portableSha256Hex(text);

/**
 * Name of a content: the first 64 bits of its SHA-256, 16 hex digits. Equal content, equal name, on every machine.
 * Long enough for names inside one cluster; never a proof against somebody who searches for collisions.
 */
export const contentId = (text: string): string => sha256Hex(text).slice(0, 16);

/** JSON with sorted keys and without undefined members: equal values give equal text. Maps and bigints are refused, not guessed at. */
export const canonicalJson = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) {
    let items = '';
    for (const item of value as unknown[]) items += `${items === '' ? '' : ','}${canonicalJson(item ?? null)}`;
    return `[${items}]`;
  }
  if (typeof value === 'object' && value !== null) {
    if (Object.getPrototypeOf(value) !== Object.prototype) throw new TypeError('canonicalJson takes plain objects only');
    let members = '';
    for (const key of Object.keys(value).sort()) {
      const member: unknown = value[key as keyof typeof value];
      if (member !== undefined) members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
    }
    return `{${members}}`;
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
  /** All that is in another one, whose contents are not in this one yet. */
  include(other: SetDigest): void {
    this.#sum = BigInt.asUintN(256, this.#sum + other.#sum);
  }
  exclude(other: SetDigest): void {
    this.#sum = BigInt.asUintN(256, this.#sum - other.#sum);
  }
  toString(): string {
    return this.#sum.toString(16).padStart(64, '0');
  }
}

const memberHash = (key: string, content: string): bigint => BigInt(`0x${sha256Hex(`${key.length}:${key}${content}`)}`);
