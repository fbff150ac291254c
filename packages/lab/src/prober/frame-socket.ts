/**
 * Whole Ethernet frames, sent and seen at one device: for packets that no stack would make.
 *
 * @module
 */
import { bind, closeSocket, indexOfDevice, linux, openSocket, receive, send, SystemCallError } from './libc.ts';
import type { NamespaceScope } from './namespace-scope.ts';

const ADDRESS_SIZE = 20;
/** ETH_P_ALL, in network order. */
const EVERY_PROTOCOL = 0x0300;
const LOOK_EVERY_MS = 1;

export class FrameSocket {
  readonly #fd: number;

  /** `namespace`: an `ip netns` name. `device`: of that namespace. */
  constructor(scope: NamespaceScope, namespace: string, device: string) {
    this.#fd = scope.inside(namespace, () => {
      const fd = openSocket(linux.AF_PACKET, linux.SOCK_RAW, EVERY_PROTOCOL);
      const address = Buffer.alloc(ADDRESS_SIZE);
      address.writeUInt16LE(linux.AF_PACKET, 0);
      address.writeUInt16LE(EVERY_PROTOCOL, 2);
      address.writeInt32LE(indexOfDevice(device), 4);
      bind(fd, address);
      return fd;
    });
  }

  /** From the destination's MAC address on, without a checksum of the frame. */
  send(frame: Buffer): void {
    const errno = send(this.#fd, frame);
    if (errno !== 0) throw new SystemCallError('send', errno);
  }

  /** Whether a frame with these bytes in it is seen within so many milliseconds; what was seen before it is forgotten. */
  async sees(bytes: Buffer, patience: number): Promise<boolean> {
    const end = performance.now() + patience;
    for (;;) {
      for (let got = receive(this.#fd); 'payload' in got; got = receive(this.#fd)) if (got.payload.includes(bytes)) return true;
      if (performance.now() >= end) return false;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  close(): void {
    closeSocket(this.#fd);
  }
}
