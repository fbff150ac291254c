/**
 * The system calls that a packet probe needs and Node does not offer: sockets inside another network namespace, raw
 * sockets, and the exact error that a refused connection ends with. Every call is synchronous and non-blocking.
 *
 * @module
 */
import type * as Koffi from 'koffi';
import { createRequire } from 'node:module';

export class SystemCallError extends Error {
  override readonly name = 'SystemCallError';
  readonly errno: number;
  constructor(call: string, errno: number) {
    super(`${call}: errno ${errno}`);
    this.errno = errno;
  }
}

/** Linux numbers; the same on x86-64 and arm64. */
export const linux = {
  AF_INET: 2,
  AF_INET6: 10,
  AF_PACKET: 17,
  SOCK_STREAM: 1,
  SOCK_DGRAM: 2,
  SOCK_RAW: 3,
  SOCK_NONBLOCK: 0o4000,
  SOCK_CLOEXEC: 0o2000000,
  SOL_SOCKET: 1,
  SO_REUSEADDR: 2,
  SO_ERROR: 4,
  SO_LINGER: 13,
  IPPROTO_IP: 0,
  IP_RECVERR: 11,
  IPPROTO_IPV6: 41,
  IPV6_RECVERR: 25,
  POLLIN: 1,
  POLLOUT: 4,
  POLLERR: 8,
  POLLHUP: 16,
  CLONE_NEWNET: 0x40000000,
  EPERM: 1,
  EINTR: 4,
  EAGAIN: 11,
  EINPROGRESS: 115,
  ECONNREFUSED: 111,
} as const;

/** Loaded with the first call: a lab on paper runs where there is no such library. */
const load = () => {
  const koffi = createRequire(import.meta.url)('koffi') as typeof Koffi;
  const library = koffi.load('libc.so.6');
  return {
    errno: (): number => koffi.errno(),
    socket: library.func('int socket(int, int, int)'),
    bind: library.func('int bind(int, void*, uint32_t)'),
    connect: library.func('int connect(int, void*, uint32_t)'),
    listen: library.func('int listen(int, int)'),
    accept4: library.func('int accept4(int, void*, void*, int)'),
    send: library.func('long send(int, void*, size_t, int)'),
    sendto: library.func('long sendto(int, void*, size_t, int, void*, uint32_t)'),
    recvfrom: library.func('long recvfrom(int, void*, size_t, int, void*, void*)'),
    setsockopt: library.func('int setsockopt(int, int, int, void*, uint32_t)'),
    getsockopt: library.func('int getsockopt(int, int, int, void*, void*)'),
    poll: library.func('int poll(void*, unsigned long, int)'),
    if_nametoindex: library.func('uint32_t if_nametoindex(const char*)'),
    setns: library.func('int setns(int, int)'),
    close: library.func('int close(int)'),
  };
};
let loaded: ReturnType<typeof load> | undefined;
const native = (): ReturnType<typeof load> => (loaded ??= load());

const check = (call: string, result: number): number => {
  if (result < 0) throw new SystemCallError(call, native().errno());
  return result;
};

export const openSocket = (family: number, type: number, protocol: number): number =>
  check('socket', native().socket(family, type | linux.SOCK_NONBLOCK | linux.SOCK_CLOEXEC, protocol) as number);
export const bind = (fd: number, address: Buffer): void => void check('bind', native().bind(fd, address, address.length) as number);
export const listen = (fd: number): void => void check('listen', native().listen(fd, 64) as number);
export const closeSocket = (fd: number): void => void native().close(fd);
export const enterNamespace = (fd: number): void => void check('setns', native().setns(fd, linux.CLONE_NEWNET) as number);

/** Of a device of the namespace that the thread is in. Throws where there is none of that name. */
export const indexOfDevice = (name: string): number => {
  const index = native().if_nametoindex(name) as number;
  if (index === 0) throw new SystemCallError(`if_nametoindex ${name}`, native().errno());
  return index;
};

export const setOption = (fd: number, level: number, option: number, value: Buffer): void =>
  void check('setsockopt', native().setsockopt(fd, level, option, value, value.length) as number);

/** 0: connected or under way; otherwise the errno of an immediate refusal. */
export const connect = (fd: number, address: Buffer): number => {
  if ((native().connect(fd, address, address.length) as number) === 0) return 0;
  const errno = native().errno();
  return errno === linux.EINPROGRESS ? 0 : errno;
};

/** The pending error of a socket, 0 if none; reading clears it. */
export const pendingError = (fd: number): number => {
  const value = Buffer.alloc(4);
  const length = Buffer.from([4, 0, 0, 0]);
  check('getsockopt', native().getsockopt(fd, linux.SOL_SOCKET, linux.SO_ERROR, value, length) as number);
  return value.readInt32LE(0);
};

/** The accepted socket, or undefined when nobody waits. */
export const accept = (fd: number): number | undefined => {
  const accepted = native().accept4(fd, null, null, linux.SOCK_NONBLOCK | linux.SOCK_CLOEXEC) as number;
  return accepted < 0 ? undefined : accepted;
};

/** 0 or the errno. */
export const send = (fd: number, payload: Buffer, to?: Buffer): number => {
  const sent = (to === undefined ? native().send(fd, payload, payload.length, 0) : native().sendto(fd, payload, payload.length, 0, to, to.length)) as number;
  return sent < 0 ? native().errno() : 0;
};

export type Received = { readonly payload: Buffer; readonly from: Buffer } | { readonly errno: number };

/** One datagram with its sender's socket address, or the errno (EAGAIN: nothing there). */
export const receive = (fd: number): Received => {
  const payload = Buffer.alloc(2048);
  const from = Buffer.alloc(28);
  const length = Buffer.from([28, 0, 0, 0]);
  const got = native().recvfrom(fd, payload, payload.length, 0, from, length) as number;
  if (got < 0) return { errno: native().errno() };
  return { payload: payload.subarray(0, got), from: from.subarray(0, length.readUInt32LE(0)) };
};

/** Looks, without waiting, which sockets have something; returns the events by position. */
export const pollNow = (watched: readonly { readonly fd: number; readonly events: number }[]): number[] => {
  const table = Buffer.alloc(watched.length * 8);
  for (const [i, { fd, events }] of watched.entries()) {
    table.writeInt32LE(fd, i * 8);
    table.writeInt16LE(events, i * 8 + 4);
  }
  // A signal (a child's end, say) interrupts: then nothing is ready yet.
  if ((native().poll(table, watched.length, 0) as number) < 0) {
    if (native().errno() === linux.EINTR) return watched.map(() => 0);
    throw new SystemCallError('poll', native().errno());
  }
  return watched.map((_, i) => table.readInt16LE(i * 8 + 6));
};
