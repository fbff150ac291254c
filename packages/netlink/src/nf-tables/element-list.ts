/**
 * Elements in the kernel's own form, for who has very many to write: as objects a hundred thousand take eighty megabytes, as bytes four.
 *
 * @module
 */
import { attributes, bytes, type Codec, field, text, type Values } from '../attributes/codec.ts';
import { Writer } from '../attributes/writer.ts';
import { type element, elementItems } from './objects.ts';

type Element = Parameters<(typeof element)['write']>[1];

/** What an attribute can measure, less its own head. */
const mostBytes = 0xffff - 4;

/** Elements of one message. */
export class ElementList {
  readonly #writer = new Writer(1024);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Throws where one message has no room for it: for some hundreds it has. */
  add(one: Element): void {
    elementItems.write(this.#writer, [one]);
    this.#count++;
    if (this.#writer.length > mostBytes) throw new RangeError(`${this.#count} elements are too many for one message`);
  }

  /** A copy, as a message takes it. */
  bytes(): Buffer {
    return Buffer.from(this.#writer.bytes());
  }
}

const written: Codec<Buffer> = { ...bytes, isNested: true };

/** As `elements`, but that they were written before. */
export const elementList: Codec<Values<{ table: ReturnType<typeof field<string>>; set: ReturnType<typeof field<string>>; elements: ReturnType<typeof field<Buffer>> }>> = attributes({ table: field(1, text), set: field(2, text), elements: field(3, written) });
