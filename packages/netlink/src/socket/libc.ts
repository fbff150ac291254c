/**
 * The system calls of netlink sockets, by koffi. Synchronous and never waiting, but for `sendInBackground`, which runs on a thread of its own.
 *
 * @module
 */
import { createRequire } from 'node:module';
import type * as Koffi from 'koffi';

/** Linux numbers; the same on x86-64 and arm64. */
const AF_NETLINK = 16;
const AF_PACKET = 17;
const ETH_P_ALL = 3;
const SOL_PACKET = 263;
const PACKET_IGNORE_OUTGOING = 23;
const SO_ATTACH_FILTER = 26;
const SOCK_RAW = 3;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const MSG_TRUNC = 0x20;
const MSG_DONTWAIT = 0x40;
const CLONE_NEWNET = 0x40000000;
const SOL_SOCKET = 1;
const SO_MEMINFO = 55;
/** Of what SO_MEMINFO answers, the ninth number: what the kernel could not place in the socket. */
const memoryInfoSize = 36;
const dropsAt = 32;

export const errnos = { EPERM: 1, ENOENT: 2, EINTR: 4, EAGAIN: 11, EACCES: 13, EBUSY: 16, EEXIST: 17, EINVAL: 22, ENETUNREACH: 101, ENOBUFS: 105, EHOSTUNREACH: 113 } as const;

/** Loaded with the first call: a simulated kernel needs no such library. */
const load = () => {
  const koffi = createRequire(import.meta.url)('koffi') as typeof Koffi;
  const library = koffi.load(null);
  return {
    errno: (): number => koffi.errno(),
    socket: library.func('int socket(int, int, int)'),
    bind: library.func('int bind(int, void*, uint32_t)'),
    send: library.func('long send(int, void*, size_t, int)'),
    recv: library.func('long recv(int, void*, size_t, int)'),
    setsockopt: library.func('int setsockopt(int, int, int, void*, uint32_t)'),
    getsockopt: library.func('int getsockopt(int, int, int, void*, void*)'),
    poll: koffi.node.poll,
    setns: library.func('int setns(int, int)'),
    unshare: library.func('int unshare(int)'),
    close: library.func('int close(int)'),
    barrier: library.func('long syscall(long, int, unsigned int, int)'),
    syscall: library.func('long syscall(long, int, void*, uint32_t)'),
    attachFilter: library.func('setsockopt', 'int', ['int', 'int', 'int', koffi.pointer(koffi.struct({ length: 'uint16_t', code: 'void *' })), 'uint32_t']),
  };
};
let loaded: ReturnType<typeof load> | undefined;
const native = (): ReturnType<typeof load> => (loaded ??= load());

/** What a call answered: a number that is not negative, or the errno as a negative one. */
const answer = (result: unknown): number => (Number(result) < 0 ? -native().errno() : Number(result));

/** Its number differs between machines. */
const BPF = process.arch === 'arm64' ? 280 : 321;

/** `bpf(2)`. `attributes` is written to, too. */
export const callBpf = (command: number, attributes: Buffer): number => answer(native().syscall(BPF, command, attributes, attributes.length));

export const openNetlink = (protocol: number): number => answer(native().socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
export const closeDescriptor = (fd: number): void => void native().close(fd);
/** Into one that nobody else has; of this thread alone. */
export const makeNetworkNamespace = (): number => answer(native().unshare(CLONE_NEWNET));
export const enterNetworkNamespace = (fd: number): number => answer(native().setns(fd, CLONE_NEWNET));

export const setIntegerOption = (fd: number, level: number, option: number, value: number): number => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return answer(native().setsockopt(fd, level, option, bytes, bytes.length));
};

/** Any port number, and no group: those are joined one by one. */
export const bindNetlink = (fd: number): number => {
  const address = Buffer.alloc(12);
  address.writeUInt16LE(AF_NETLINK);
  return answer(native().bind(fd, address, address.length));
};

/** Sees no frame before it is bound, and then those of every protocol, but not what this host itself sends. */
export const openPacketSocket = (): number => answer(native().socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));

/** `link`: index of the interface. */
export const bindPacketSocket = (fd: number, link: number): number => {
  const address = Buffer.alloc(20);
  address.writeUInt16LE(AF_PACKET, 0);
  address.writeUInt16BE(ETH_P_ALL, 2);
  address.writeInt32LE(link, 4);
  const ignored = setIntegerOption(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
  return ignored < 0 ? ignored : answer(native().bind(fd, address, address.length));
};

/** `code`: instructions of classic BPF, eight bytes each. */
export const attachSocketFilter = (fd: number, code: Buffer): number => answer(native().attachFilter(fd, SOL_SOCKET, SO_ATTACH_FILTER, { length: code.length / 8, code }, 16));

export const sendNow = (fd: number, bytes: Buffer): number => answer(native().send(fd, bytes, bytes.length, 0));

/** The kernel works through all of it before the call returns, which for a whole ruleset takes long. `bytes` must not change meanwhile. */
export const sendInBackground = (fd: number, bytes: Buffer): Promise<number> =>
  new Promise((resolve, reject) => {
    const call = native().send as ReturnType<typeof native>['send'] & { async: (...args: unknown[]) => void };
    call.async(fd, bytes, bytes.length, 0, (error: unknown, result: unknown) => (error instanceof Error ? reject(error) : resolve(answer(result))));
  });

/** The length of the datagram, which may be more than there was room for. */
export const receiveNow = (fd: number, into: Buffer): number => answer(native().recv(fd, into, into.length, MSG_DONTWAIT | MSG_TRUNC));

/** How many datagrams did not fit into the socket since it was opened, modulo 2^32. */
export const dropsOf = (fd: number): number => {
  const info = Buffer.alloc(memoryInfoSize);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(info.length);
  const answered = answer(native().getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, length));
  return answered < 0 ? answered : info.readUInt32LE(dropsAt);
};

/** As koffi's own declarations have it, which leave out that the first argument of the callback is a status. */
export type PollHandle = Koffi.node.PollHandle;

/** Calls back while there is something to read; a negative status means that it will not again until it is started anew. */
export const pollReadable = (fd: number, onReady: (status: unknown) => void): PollHandle => native().poll(fd, { readable: true }, onReady);

const MEMBARRIER_CMD_GLOBAL = 1;
/** By architecture; undefined: one that we do not know. */
const membarrierNumber = { x64: 324, arm64: 283 }[process.arch as 'x64' | 'arm64'] as number | undefined;

/** `membarrier(2)` on a thread of its own. Resolves to 0, or to a negative errno. */
export const globalBarrier = (): Promise<number> =>
  new Promise((resolve, reject) => {
    if (membarrierNumber === undefined) return resolve(-errnos.EINVAL);
    const call = native().barrier as ReturnType<typeof native>['barrier'] & { async: (...args: unknown[]) => void };
    call.async(membarrierNumber, MEMBARRIER_CMD_GLOBAL, 0, 0, (error: unknown, result: unknown) => (error instanceof Error ? reject(error) : resolve(answer(result))));
  });
