/**
 * Elements of a set or map, between nft's text and the kernel's attributes.
 *
 * A range of one value is two elements, its beginning and what comes behind its end; a range of a concatenation is one with a last key.
 *
 * @module
 */
import type { Family } from '@firsthop/netaddr';
import { elementFlag, type Verdict } from '@firsthop/netlink';
import type { Batch, ElementView, NfTables } from '@firsthop/netlink';
import { KeyCodec } from './key-codec.ts';
import type { Span } from './key-types.ts';
import { verdictOf, verdictText } from './verdict-words.ts';

type WrittenElements = Parameters<Batch['addElements']>[0];
export type WrittenElement = NonNullable<WrittenElements['elements']>[number];
export type ReadElement = ReturnType<NfTables['elements']>[number];

type Data = { readonly value: Buffer } | { readonly verdict: Verdict } | undefined;

/** The next value; undefined behind the last one. */
const behind = (bytes: Buffer): Buffer | undefined => {
  const next = Buffer.from(bytes);
  for (let i = next.length - 1; i >= 0; i--) {
    const byte = next[i] ?? 0;
    next[i] = (byte + 1) & 255;
    if (byte < 255) return next;
  }
  return undefined;
};

const before = (bytes: Buffer): Buffer => {
  const previous = Buffer.from(bytes);
  for (let i = previous.length - 1; i >= 0; i--) {
    const byte = previous[i] ?? 0;
    previous[i] = (byte + 255) & 255;
    if (byte > 0) break;
  }
  return previous;
};

export class ElementCodec {
  readonly #key: KeyCodec;
  /** Undefined: a set, or a map to verdicts. */
  readonly #value: KeyCodec | undefined;
  readonly #isInterval: boolean;

  /** Undefined: it has a type that is not known here. */
  static of(type: string, isInterval: boolean): ElementCodec | undefined {
    const [keys = '', values] = type.split(' : ');
    const key = KeyCodec.of(keys);
    const value = values === undefined || values === 'verdict' ? undefined : KeyCodec.of(values);
    return key === undefined || (value === undefined && values !== undefined && values !== 'verdict') ? undefined : new ElementCodec(key, value, isInterval);
  }

  private constructor(key: KeyCodec, value: KeyCodec | undefined, isInterval: boolean) {
    this.#key = key;
    this.#value = value;
    this.#isInterval = isInterval;
  }

  /** Undefined: text that is not of these types. `value`: '' in a set, and where it is to be deleted. */
  write(key: string, value: string): readonly WrittenElement[] | undefined {
    const span = this.#key.write(key);
    const data = this.#data(value);
    if (span === undefined || data === null) return undefined;
    const mapped = data === undefined ? {} : { data };
    const [first, last] = span;
    if (!this.#isInterval) return first === last || first.equals(last) ? [{ key: { value: first }, ...mapped }] : undefined;
    if (this.#key.isConcatenation) return [{ key: { value: first }, keyEnd: { value: last }, ...mapped }];
    const end = behind(last);
    return [{ key: { value: first }, ...mapped }, ...(end === undefined ? [] : [{ key: { value: end }, flags: elementFlag.intervalEnd }])];
  }

  /** Undefined: its keys are no single addresses. */
  get addressFamily(): Family | undefined {
    return this.#isInterval ? undefined : this.#key.addressFamily;
  }

  /** Each element stands for itself: it is no beginning or end of a range. */
  get isWhole(): boolean {
    return !this.#isInterval || this.#key.isConcatenation;
  }

  /** Of a set whose elements are whole. */
  keyIn({ buffer, key, lastKey }: ElementView): string {
    if (key.end - key.start !== this.#key.length) return `0x${buffer.toString('hex', key.start, key.end)}`;
    return this.#key.read(buffer, key.start, lastKey.start < 0 ? key.start : lastKey.start);
  }

  valueIn(element: ElementView): string {
    const { buffer, data, code } = element;
    if (code !== undefined) return verdictText({ code, chain: element.chainName() || undefined });
    return data.start < 0 || this.#value === undefined ? '' : this.#value.read(buffer, data.start);
  }

  /** Key and value of all elements that a set has. */
  read(elements: readonly ReadElement[]): [string, string][] {
    if (!this.#isInterval || this.#key.isConcatenation) return elements.map((one) => [keyText(this.#key, bytesOf(one.key), one.keyEnd === undefined ? undefined : bytesOf(one.keyEnd)), this.#text(one)]);
    return this.#ranges(elements);
  }

  /** `null`: text that is not of the type. */
  #data(value: string): Data | null {
    if (value === '') return undefined;
    if (this.#value === undefined) {
      const verdict = verdictOf(value);
      return verdict === undefined ? null : { verdict };
    }
    const span: Span | undefined = this.#value.write(value);
    return span === undefined ? null : { value: span[0] };
  }

  #text({ data }: ReadElement): string {
    if (data?.verdict !== undefined) return verdictText(data.verdict);
    return data?.value === undefined || this.#value === undefined ? '' : keyText(this.#value, data.value);
  }

  #ranges(elements: readonly ReadElement[]): [string, string][] {
    const isEnd = ({ flags = 0 }: ReadElement): boolean => (flags & elementFlag.intervalEnd) !== 0;
    const sorted = elements.toSorted((a, b) => Buffer.compare(bytesOf(a.key), bytesOf(b.key)) || Number(isEnd(b)) - Number(isEnd(a)));
    return sorted.flatMap((one, i): [string, string][] => {
      if (isEnd(one)) return [];
      const next = sorted[i + 1];
      const first = bytesOf(one.key);
      const last = next === undefined ? Buffer.alloc(first.length, 255) : before(bytesOf(next.key));
      return [[keyText(this.#key, first, last), this.#text(one)]];
    });
  }
}

/** Text of a key whose ends are bytes of their own. */
const keyText = (codec: KeyCodec, first: Buffer, last: Buffer = first): string => (first === last ? codec.read(first, 0) : codec.read(Buffer.concat([first, last]), 0, first.length));

const bytesOf = (data: ReadElement['key']): Buffer => data?.value ?? Buffer.alloc(0);
