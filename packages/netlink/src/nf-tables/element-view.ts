/**
 * Elements of a dump, seen one after the other where they stand: nothing is made for each of a hundred thousand.
 *
 * @module
 */
import { eachAttribute } from '../attributes/codec.ts';

/** Attributes of `elements`, `element`, data and verdict, by the kernel's numbers. */
const LIST = 3;
const [KEY, DATA, FLAGS, LAST_KEY] = [1, 2, 3, 10];
const [VALUE, VERDICT] = [1, 2];
const [CODE, CHAIN] = [1, 2];

/** Bytes of the buffer; of nothing, where `start` is -1. */
export interface Place {
  start: number;
  end: number;
}

const nowhere = (): Place => ({ start: -1, end: -1 });

/** One element at a time: it is overwritten by the next one. */
export class ElementView {
  buffer: Buffer = Buffer.alloc(0);
  readonly key: Place = nowhere();
  /** Of a range of a concatenation. */
  readonly lastKey: Place = nowhere();
  readonly data: Place = nowhere();
  /** Of a verdict; undefined: it has none. */
  code: number | undefined;
  readonly chain: Place = nowhere();
  flags = 0;
  #into: Place = this.key;

  /** `start`, `end`: of the attributes of a message. Throws on bytes that are no attributes. */
  each(buffer: Buffer, start: number, end: number, take: (element: this) => void): void {
    this.buffer = buffer;
    eachAttribute(buffer, start, end, (type, first, last) => {
      if (type !== LIST) return;
      eachAttribute(buffer, first, last, (item, from, to) => {
        if (item !== 1) return;
        this.#clear();
        eachAttribute(buffer, from, to, this.#takeField);
        take(this);
      });
    });
  }

  /** What the verdict leads to; '' where it leads nowhere. */
  chainName(): string {
    const { start, end } = this.chain;
    if (start < 0) return '';
    const zero = this.buffer.indexOf(0, start);
    return this.buffer.toString('utf8', start, zero < 0 || zero > end ? end : zero);
  }

  #clear(): void {
    for (const place of [this.key, this.lastKey, this.data, this.chain]) place.start = place.end = -1;
    this.code = undefined;
    this.flags = 0;
  }

  readonly #takeField = (type: number, start: number, end: number): void => {
    if (type === KEY || type === DATA || type === LAST_KEY) {
      this.#into = type === KEY ? this.key : type === DATA ? this.data : this.lastKey;
      eachAttribute(this.buffer, start, end, this.#takeData);
    } else if (type === FLAGS && end - start >= 4) this.flags = this.buffer.readUInt32BE(start);
  };

  readonly #takeData = (type: number, start: number, end: number): void => {
    if (type === VALUE) {
      this.#into.start = start;
      this.#into.end = end;
    } else if (type === VERDICT) eachAttribute(this.buffer, start, end, this.#takeVerdict);
  };

  readonly #takeVerdict = (type: number, start: number, end: number): void => {
    if (type === CODE && end - start >= 4) this.code = this.buffer.readInt32BE(start);
    else if (type === CHAIN) {
      this.chain.start = start;
      this.chain.end = end;
    }
  };
}
