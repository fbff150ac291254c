/**
 * Elements in the kernel's own form, for who has very many to write: as objects a hundred thousand take eighty megabytes, as bytes four.
 *
 * @module
 */
import { attributes, bytes, type Codec, field, text, type Values } from '../attributes/codec.ts';
import { Writer } from '../attributes/writer.ts';
import { type element, elementItems } from './objects.ts';

type Element = Parameters<(typeof element)['write']>[1];

/** Elements of one message, as of a batch: an attribute cannot measure more than 64 KiB. */
export const mostElements = 300;

export class ElementList {
  readonly #full: Buffer[] = [];
  readonly #writer = new Writer(128);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(one: Element): void {
    if (this.#count > 0 && this.#count % mostElements === 0) {
      this.#full.push(Buffer.from(this.#writer.bytes()));
      this.#writer.clear();
    }
    elementItems.write(this.#writer, [one]);
    this.#count++;
  }

  /** As messages take them, one piece each. Good until more is added. */
  pieces(): readonly Buffer[] {
    return this.#count === 0 ? [] : [...this.#full, this.#writer.bytes()];
  }
}

const written: Codec<Buffer> = { ...bytes, isNested: true };

/** As `elements`, but that they were written before. */
export const elementList: Codec<Values<{ table: ReturnType<typeof field<string>>; set: ReturnType<typeof field<string>>; elements: ReturnType<typeof field<Buffer>> }>> = attributes({ table: field(1, text), set: field(2, text), elements: field(3, written) });
