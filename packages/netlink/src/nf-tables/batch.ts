/**
 * A transaction: all of it comes into force at one moment, or nothing does.
 *
 * @module
 */
import type { Codec, Values } from '../attributes/codec.ts';
import { Writer } from '../attributes/writer.ts';
import { messageFlag } from '../message.ts';
import { elementList, mostElements } from './element-list.ts';
import { familyNumbers, type NetfilterFamily, subsystem, writeRequest } from './nfnetlink.ts';
import { batch, chain, elements, messages, object, rule, set, table } from './objects.ts';

export type ValuesOf<C> = C extends Codec<infer T> ? T : never;

/** Attributes of which the kernel wants some. */
type Table = ValuesOf<typeof table>;
type Chain = ValuesOf<typeof chain>;
type Rule = ValuesOf<typeof rule>;
type SetDeclaration = ValuesOf<typeof set>;
type Elements = ValuesOf<typeof elements>;
type NamedObject = ValuesOf<typeof object>;

/** `pieces`: of an `ElementList`. */
interface ListOfSet {
  readonly table: string;
  readonly set: string;
  readonly pieces: readonly Buffer[];
}

const frame = { begin: 0x10, end: 0x11 } as const;

export interface BatchOptions {
  readonly family: NetfilterFamily;
  /** Numbers of messages begin behind it. */
  readonly sequence: number;
  /** Refused with ERESTART unless nobody changed the ruleset since this generation. */
  readonly generation?: number;
}

export class Batch {
  readonly #writer = new Writer();
  #family: number;
  #sequence: number;
  #lastAt: number | undefined;

  constructor({ family, sequence, generation }: BatchOptions) {
    this.#family = familyNumbers[family];
    this.#sequence = sequence;
    const values: Values<{ generation: { type: number; codec: Codec<number> } }> = generation === undefined ? {} : { generation };
    writeRequest(this.#writer, sequence, { type: frame.begin, flags: messageFlag.request, family: 0, resource: subsystem.nfTables, codec: batch, values });
  }

  /** Of the last message. */
  get sequence(): number {
    return this.#sequence;
  }

  get isEmpty(): boolean {
    return this.#lastAt === undefined;
  }

  /** What is added from here on is of this family. */
  in(family: NetfilterFamily): this {
    this.#family = familyNumbers[family];
    return this;
  }

  addTable(values: Table): this {
    return this.#add(messages.table.create, messageFlag.create, table, values);
  }

  deleteTable(values: Table): this {
    return this.#add(messages.table.delete, 0, table, values);
  }

  addChain(values: Chain): this {
    return this.#add(messages.chain.create, messageFlag.create, chain, values);
  }

  deleteChain(values: Chain): this {
    return this.#add(messages.chain.delete, 0, chain, values);
  }

  /** Behind the others. */
  addRule(values: Rule): this {
    return this.#add(messages.rule.create, messageFlag.create | messageFlag.append, rule, values);
  }

  /** Without a handle: all of the chain. */
  deleteRules(values: Rule): this {
    return this.#add(messages.rule.delete, 0, rule, values);
  }

  /** The `id`s of sets that are new in this batch must be different. */
  addSet(values: SetDeclaration): this {
    return this.#add(messages.set.create, messageFlag.create, set, values);
  }

  deleteSet(values: SetDeclaration): this {
    return this.#add(messages.set.delete, 0, set, values);
  }

  /** An element that is there already must be the same one. */
  addElements(values: Elements): this {
    return this.#elements(messages.element.create, messageFlag.create, values);
  }

  /** All of the set, where none are named. */
  deleteElements(values: Elements): this {
    return values.elements === undefined ? this.#add(messages.element.delete, 0, elements, values) : this.#elements(messages.element.delete, 0, values);
  }

  /** Elements that were written before, which take a fraction of what they take as values. */
  addElementList({ pieces, ...of }: ListOfSet): this {
    for (const written of pieces) this.#add(messages.element.create, messageFlag.create, elementList, { ...of, elements: written });
    return this;
  }

  deleteElementList({ pieces, ...of }: ListOfSet): this {
    for (const written of pieces) this.#add(messages.element.delete, 0, elementList, { ...of, elements: written });
    return this;
  }

  addObject(values: NamedObject): this {
    return this.#add(messages.object.create, messageFlag.create, object, values);
  }

  deleteObject(values: NamedObject): this {
    return this.#add(messages.object.delete, 0, object, values);
  }

  /** The whole transaction, ready to be sent. The last message asks for an acknowledgement, which comes when all of it is in force. */
  finish(): Buffer {
    if (this.#lastAt !== undefined) this.#writer.addFlags(this.#lastAt, messageFlag.ack);
    const end = this.#writer.beginMessage(frame.end, messageFlag.request, this.#sequence + 1);
    this.#writer.u8(0);
    this.#writer.u8(0);
    this.#writer.u16be(subsystem.nfTables);
    this.#writer.endMessage(end);
    return this.#writer.bytes();
  }

  #elements(message: number, flags: number, values: Elements): this {
    const all = values.elements ?? [];
    for (let at = 0; at < all.length; at += mostElements) this.#add(message, flags, elements, all.length <= mostElements ? values : { ...values, elements: all.slice(at, at + mostElements) });
    return this;
  }

  #add<T>(message: number, flags: number, codec: Codec<T>, values: T): this {
    this.#lastAt = writeRequest(this.#writer, ++this.#sequence, { type: (subsystem.nfTables << 8) | message, flags: messageFlag.request | flags, family: this.#family, codec, values });
    return this;
  }
}
