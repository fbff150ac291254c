/**
 * Frames at one interface, as they come in and as nobody but the wire sees them when they go out: the hooks of netfilter are passed by.
 *
 * @module
 */
import { KernelError } from './kernel-error.ts';
import { attachSocketFilter, bindPacketSocket, closeDescriptor, errnos, openPacketSocket, receiveNow, sendNow, setIntegerOption } from './libc.ts';
import { withinNamespace } from './namespace.ts';
import type { SocketOptions } from './netlink-socket.ts';

const SOL_SOCKET = 1;
const SO_RCVBUFFORCE = 33;

const check = (doing: string, result: number): void => {
  if (result < 0) throw new KernelError(-result, { doing });
};

export interface PacketSocketOptions extends Pick<SocketOptions, 'namespace' | 'receiveRoom'> {
  /** Index of the interface. */
  readonly link: number;
  /** Classic BPF: which frames are kept, and how many bytes of them. Without it all are. */
  readonly filter?: Buffer;
}

export class PacketSocket {
  readonly #fd: number;
  readonly #room = Buffer.allocUnsafeSlow(2048);

  /** Throws a `KernelError` where we may not (`EPERM`), or there is no such interface (`ENODEV`). */
  constructor({ link, filter, namespace, receiveRoom = 8 << 20 }: PacketSocketOptions) {
    this.#fd = withinNamespace(namespace, openPacketSocket);
    check('socket', this.#fd);
    try {
      if (filter !== undefined) check('filter', attachSocketFilter(this.#fd, filter));
      setIntegerOption(this.#fd, SOL_SOCKET, SO_RCVBUFFORCE, receiveRoom);
      check('bind', bindPacketSocket(this.#fd, link));
    } catch (error) {
      closeDescriptor(this.#fd);
      throw error;
    }
  }

  /** From the destination's hardware address on. False: there is no room on its way. Throws a `KernelError` where the interface is down. */
  send(frame: Buffer): boolean {
    const result = sendNow(this.#fd, frame);
    if (result === -errnos.EAGAIN || result === -errnos.ENOBUFS) return false;
    check('send', result);
    return true;
  }

  /** The next one that came in, its first 2 KB; good until the next call. Undefined: there is none yet. */
  receive(): Buffer | undefined {
    const length = receiveNow(this.#fd, this.#room);
    return length <= 0 ? undefined : this.#room.subarray(0, Math.min(length, this.#room.length));
  }

  close(): void {
    closeDescriptor(this.#fd);
  }
}
