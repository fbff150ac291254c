/**
 * nf_tables by netlink: transactions, and reading what is there.
 *
 * @module
 */
import type { Codec } from '../attributes/codec.ts';
import { messageFlag, messageType } from '../message.ts';
import { errorIn, KernelError } from '../socket/kernel-error.ts';
import { errnos } from '../socket/libc.ts';
import { NetlinkSocket, netlinkProtocol, type SocketOptions } from '../socket/netlink-socket.ts';
import { Batch, type ValuesOf } from './batch.ts';
import { EVERY_FAMILY, flowTable, getFlowTable } from './flow-table.ts';
import { ElementView } from './element-view.ts';
import { checkFrame, contentOf, familyHeader, familyNumbers, familyOfMessage, type NetfilterFamily, requestOf, subsystem } from './nfnetlink.ts';
import { chain, type element, elements, generation, messages, object, rule, set, table } from './objects.ts';

export type InFamily<T> = T & { readonly family: NetfilterFamily | undefined };

export class NfTables {
  readonly #socket: NetlinkSocket;

  constructor(options: SocketOptions = {}) {
    this.#socket = new NetlinkSocket(netlinkProtocol.netfilter, options);
  }

  close(): void {
    this.#socket.close();
  }

  /** `fill` adds what is to be changed. Throws what the kernel has against it, and then nothing is changed. */
  change(family: NetfilterFamily, fill: (batch: Batch) => void, expected?: number): void {
    const batch = this.#batch(family, fill, expected);
    if (batch === undefined) return;
    this.#socket.send(batch.finish());
    this.#settle(batch);
  }

  /** The same for what takes long: the event loop goes on meanwhile. */
  async changeInBackground(family: NetfilterFamily, fill: (batch: Batch) => void, expected?: number): Promise<void> {
    const batch = this.#batch(family, fill, expected);
    if (batch === undefined) return;
    await this.#socket.sendInBackground(batch.finish());
    this.#settle(batch);
  }

  /** Grows with each transaction of anybody. */
  generation(): ValuesOf<typeof generation> {
    const [found] = this.#get(messages.generation.get, 0, generation, {}, 0);
    if (found === undefined) throw new KernelError(errnos.ENOENT, { doing: 'asking for the generation' });
    return found;
  }

  tables(family: NetfilterFamily): InFamily<ValuesOf<typeof table>>[] {
    return this.#list(messages.table.get, family, table, {});
  }

  chains(family: NetfilterFamily, of: { readonly table?: string } = {}): InFamily<ValuesOf<typeof chain>>[] {
    // The kernel does not choose among chains by table.
    const all = this.#list(messages.chain.get, family, chain, {});
    return of.table === undefined ? all : all.filter((one) => one.table === of.table);
  }

  rules(family: NetfilterFamily, of: { readonly table: string; readonly chain?: string }): InFamily<ValuesOf<typeof rule>>[] {
    return this.#list(messages.rule.get, family, rule, of);
  }

  sets(family: NetfilterFamily, of: { readonly table: string }): InFamily<ValuesOf<typeof set>>[] {
    return this.#list(messages.set.get, family, set, of);
  }

  elements(family: NetfilterFamily, of: { readonly table: string; readonly set: string }): ValuesOf<typeof element>[] {
    return this.#list(messages.element.get, family, elements, of).flatMap((part) => part.elements ?? []);
  }

  /** The same without an object for each: `take` sees one after the other in what `begin` made, which is made anew whenever it is read again. */
  foldElements<T>(family: NetfilterFamily, of: { readonly table: string; readonly set: string }, begin: () => T, take: (into: T, element: ElementView) => void): T {
    const view = new ElementView();
    return this.#socket.fold(
      (sequence) => requestOf(sequence, { type: (subsystem.nfTables << 8) | messages.element.get, flags: messageFlag.request | messageFlag.dump, family: familyNumbers[family], codec: elements, values: of }),
      begin,
      (into, message) => {
        checkFrame(message);
        view.each(message.buffer, message.start + familyHeader, message.end, (element) => take(into, element));
      },
    );
  }

  /** Named counters and other objects. */
  objects(family: NetfilterFamily, of: { readonly table: string; readonly type?: number }): InFamily<ValuesOf<typeof object>>[] {
    return this.#list(messages.object.get, family, object, of);
  }

  /** Of all families and of anybody. */
  flowTables(): InFamily<ValuesOf<typeof flowTable>>[] {
    return this.#get(getFlowTable, messageFlag.dump, flowTable, {}, EVERY_FAMILY);
  }

  #batch(family: NetfilterFamily, fill: (batch: Batch) => void, expected: number | undefined): Batch | undefined {
    const batch = new Batch({ family, sequence: this.#socket.nextSequence(), ...(expected === undefined ? {} : { generation: expected }) });
    fill(batch);
    this.#socket.skipTo(batch.sequence + 1);
    return batch.isEmpty ? undefined : batch;
  }

  /** The first fault is the cause; the kernel goes on reading to name the others too. */
  #settle(batch: Batch): void {
    let [fault, isDone] = [undefined as KernelError | undefined, false];
    for (const message of this.#socket.received()) {
      if (message.type !== messageType.error) continue;
      fault ??= errorIn(message);
      if (message.sequence === batch.sequence) isDone = true;
    }
    if (fault !== undefined) throw fault;
    if (!isDone) throw new KernelError(errnos.EAGAIN, { explanation: 'the kernel did not say whether the transaction is in force' });
  }

  #list<T>(message: number, family: NetfilterFamily, codec: Codec<T>, of: T): InFamily<T>[] {
    return this.#get(message, messageFlag.dump, codec, of, familyNumbers[family]);
  }

  #get<T>(message: number, flags: number, codec: Codec<T>, of: T, family: number): InFamily<T>[] {
    return this.#socket.dump(
      (sequence) => requestOf(sequence, { type: (subsystem.nfTables << 8) | message, flags: messageFlag.request | flags, family, codec, values: of }),
      (answer) => ({ ...contentOf(answer, codec), family: familyOfMessage(answer) }),
    );
  }
}
