/**
 * One netlink socket: requests and their answers, dumps, and whatever comes by itself.
 *
 * The kernel works on a request within the call that sends it, so its answer is there when the call returns: a request costs microseconds, and
 * nobody waits for anything. Only what takes the kernel long (a whole ruleset) is sent by a thread of its own.
 *
 * Not for two uses at once: an answer belongs to the request before it.
 *
 * @module
 */
import { aligned, type Writer } from '../attributes/writer.ts';
import { type Message, messageFlag, messagesIn, messageType } from '../message.ts';
import { errorIn, KernelError } from './kernel-error.ts';
import { bindNetlink, closeDescriptor, dropsOf, errnos, openNetlink, receiveNow, sendInBackground, sendNow, setIntegerOption } from './libc.ts';
import { withinNamespace } from './namespace.ts';

export const netlinkProtocol = { route: 0, netfilter: 12 } as const;

const SOL_SOCKET = 1;
const SO_SNDBUFFORCE = 32;
const SO_RCVBUFFORCE = 33;
const SOL_NETLINK = 270;
const NETLINK_ADD_MEMBERSHIP = 1;
const NETLINK_DROP_MEMBERSHIP = 2;
const NETLINK_CAP_ACK = 10;
const NETLINK_EXT_ACK = 11;
const NETLINK_GET_STRICT_CHK = 12;

export interface SocketOptions {
  /** Path of a network namespace, as `ip netns` makes it. Undefined: the one we run in. */
  readonly namespace?: string;
  /** Bytes of what may be sent at once, and of what may wait for us. */
  readonly sendRoom?: number;
  readonly receiveRoom?: number;
}

const check = (doing: string, result: number): number => {
  if (result < 0) throw new KernelError(-result, { doing });
  return result;
};

/** A dump that was disturbed is read again so often. */
const patience = 20;

export class NetlinkSocket {
  readonly #fd: number;
  #room = Buffer.allocUnsafeSlow(64 * 1024);
  #sequence = 1;
  #isOpen = true;

  constructor(protocol: number, { namespace, sendRoom = 64 << 20, receiveRoom = 8 << 20 }: SocketOptions = {}) {
    this.#fd = withinNamespace(namespace, () => check('socket', openNetlink(protocol)));
    check('bind', bindNetlink(this.#fd));
    this.#prefer(SOL_SOCKET, SO_SNDBUFFORCE, sendRoom);
    this.#prefer(SOL_SOCKET, SO_RCVBUFFORCE, receiveRoom);
    for (const option of [NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK]) this.#prefer(SOL_NETLINK, option, 1);
  }

  get descriptor(): number {
    return this.#fd;
  }

  close(): void {
    if (this.#isOpen) closeDescriptor(this.#fd);
    this.#isOpen = false;
  }

  join(group: number): void {
    check(`joining group ${group}`, setIntegerOption(this.#fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group));
  }

  /** What came before stays to be read. */
  leave(group: number): void {
    check(`leaving group ${group}`, setIntegerOption(this.#fd, SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, group));
  }

  nextSequence(): number {
    this.#sequence = (this.#sequence + 1) >>> 0;
    return this.#sequence;
  }

  /** Numbers up to this one were used by somebody who counts himself. */
  skipTo(sequence: number): void {
    this.#sequence = sequence >>> 0;
  }

  /** Datagrams that the kernel could not place here since the socket was opened, modulo 2^32. Zero where the kernel does not count them (before 4.12). */
  dropped(): number {
    return Math.max(0, dropsOf(this.#fd));
  }

  /** The next datagram, which is overwritten by the one after it; undefined: none is there now. Throws `ENOBUFS` where something was lost on the way. */
  datagram(): Buffer | undefined {
    const length = receiveNow(this.#fd, this.#room);
    if (length === -errnos.EAGAIN || length === -errnos.EINTR) return undefined;
    check('recv', length);
    if (length <= this.#room.length) return this.#room.subarray(0, length);
    // Cut off, and gone; there will be room for the next of its kind.
    this.#room = Buffer.allocUnsafeSlow(aligned(length));
    throw new KernelError(errnos.ENOBUFS, { doing: `a datagram of ${length} bytes` });
  }

  /** Everything that is there now, datagram after datagram. Throws `ENOBUFS` where something was lost on the way. */
  *received(): Generator<Message> {
    for (let datagram = this.datagram(); datagram !== undefined; datagram = this.datagram()) yield* messagesIn(datagram);
  }

  send(bytes: Buffer): void {
    check('send', sendNow(this.#fd, bytes));
  }

  async sendInBackground(bytes: Buffer): Promise<void> {
    check('send', await sendInBackground(this.#fd, bytes));
  }

  /**
   * Sends one request, and hands each message of the answer to `take`. Throws what the kernel says against it. `takeOther`: what is there too and
   * belongs to no request, or to an earlier one that somebody gave up.
   */
  request(writer: Writer, sequence: number, take: (message: Message) => void, takeOther: (message: Message) => void = () => undefined): void {
    this.send(writer.bytes());
    let isDone = false;
    for (const message of this.received()) {
      if (message.sequence !== sequence) {
        takeOther(message);
        continue;
      }
      if (message.type === messageType.error) {
        const error = errorIn(message);
        if (error !== undefined) throw error;
        isDone = true;
      } else if (message.type === messageType.done) {
        const errno = message.end - message.start >= 4 ? -message.buffer.readInt32LE(message.start) : 0;
        if (errno > 0) throw new KernelError(errno, { sequence });
        isDone = true;
      } else {
        take(message);
        if ((message.flags & messageFlag.multi) === 0) isDone = true;
      }
    }
    if (!isDone) throw new KernelError(errnos.EAGAIN, { sequence, explanation: 'the kernel did not answer' });
  }

  /** All that a dump lists, of one moment: where the kernel says that something changed meanwhile, it is read again. */
  dump<T>(write: (sequence: number) => Writer, read: (message: Message) => T): T[] {
    return this.fold<T[]>(write, () => [], (items, message) => void items.push(read(message)));
  }

  /** The same for what is better not kept as a list: `begin` makes what `take` puts each message into, anew whenever it is read again. */
  fold<T>(write: (sequence: number) => Writer, begin: () => T, take: (into: T, message: Message) => void): T {
    for (let i = 0; i < patience; i++) {
      const made = begin();
      let isWhole = true;
      const sequence = this.nextSequence();
      this.request(write(sequence), sequence, (message) => {
        if ((message.flags & messageFlag.dumpInterrupted) !== 0) isWhole = false;
        take(made, message);
      });
      if (isWhole) return made;
    }
    throw new KernelError(errnos.EBUSY, { explanation: `what was to be listed changed ${patience} times while it was read` });
  }

  /** Not every kernel knows every option, and not everybody may have so much room. */
  #prefer(level: number, option: number, value: number): void {
    setIntegerOption(this.#fd, level, option, value);
  }
}
