/**
 * Keys of several parts, between nft's text and the kernel's bytes.
 *
 * @module
 */
import type { Family } from '@firsthop/netaddr';
import { type KeyType, keyTypes, type Span } from './key-types.ts';

/** Parts of a concatenation begin at multiples of four bytes. */
const aligned = (length: number): number => Math.ceil(length / 4) * 4;

const mostKnown = 1000;

/** Of the type of a key, as nft names it: `ifname . ipv4_addr`. */
export class KeyCodec {
  readonly #parts: readonly KeyType[];
  /** Texts that were written lately, by part. */
  readonly #known: readonly Map<string, Span>[];
  /** Bytes. */
  readonly length: number;

  /** Undefined: some part of it is not known here. */
  static of(type: string): KeyCodec | undefined {
    const parts = type.split(' . ').map((name) => keyTypes.get(name));
    return parts.every((part) => part !== undefined) ? new KeyCodec(parts) : undefined;
  }

  private constructor(parts: readonly KeyType[]) {
    this.#parts = parts;
    this.#known = parts.map(() => new Map());
    const [only, ...more] = parts;
    this.length = more.length === 0 ? (only?.length ?? 0) : parts.reduce((sum, { length }) => sum + aligned(length), 0);
  }

  /** Undefined: it is no address, or more than that. */
  get addressFamily(): Family | undefined {
    return this.isConcatenation ? undefined : this.#parts[0] === keyTypes.get('ipv4_addr') ? 4 : this.#parts[0] === keyTypes.get('ipv6_addr') ? 6 : undefined;
  }

  get isConcatenation(): boolean {
    return this.#parts.length > 1;
  }

  write(text: string): Span | undefined {
    const [only] = this.#parts;
    if (!this.isConcatenation) return only?.write(text);
    const texts = text.split(' . ');
    if (texts.length !== this.#parts.length) return undefined;
    const spans: Span[] = [];
    for (let i = 0; i < texts.length; i++) {
      const span = this.#spanOf(i, texts[i] ?? '');
      if (span === undefined) return undefined;
      spans.push(span);
    }
    const first = this.#joined(spans, 0);
    return spans.every(([low, high]) => low === high) ? [first, first] : [first, this.#joined(spans, 1)];
  }

  /** Of a part. There are few of most kinds: a hundred thousand cells have some hundreds of ports between them. */
  #spanOf(part: number, text: string): Span | undefined {
    const known = this.#known[part]?.get(text);
    if (known !== undefined) return known;
    const span = this.#parts[part]?.write(text);
    if ((this.#known[part]?.size ?? 0) >= mostKnown) this.#known[part]?.clear();
    if (span !== undefined) this.#known[part]?.set(text, span);
    return span;
  }

  #joined(spans: readonly Span[], which: 0 | 1): Buffer {
    const bytes = Buffer.alloc(this.length);
    let at = 0;
    for (const span of spans) {
      bytes.set(span[which], at);
      at += aligned(span[which].length);
    }
    return bytes;
  }

  /** `first`, `last`: where the two keys begin in these bytes. */
  read(from: Buffer, first: number, last: number = first): string {
    let [text, at] = ['', 0];
    for (const { length, read } of this.#parts) {
      text += `${at === 0 ? '' : ' . '}${read(from, first + at, last + at)}`;
      at += aligned(length);
    }
    return text;
  }
}
