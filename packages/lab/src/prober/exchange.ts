/**
 * The near end of one probe: sends the first packet and says, from what comes back, what happened to it.
 *
 * @module
 */
import { type Address, familyOf } from '@firsthop/netaddr';
import { bind, closeSocket, connect, linux, openSocket, pendingError, receive, send, setOption } from './libc.ts';
import { icmpMessage, readSctp, sctpInit, withoutIpv4Header } from './packet-craft.ts';
import { readable, writable } from './poller.ts';
import type { ProbeProtocol } from '../probe.ts';
import { addressFamily, rawAddress, socketAddress } from './socket-address.ts';

export interface ExchangeSpec {
  readonly source: Address;
  readonly destination: Address;
  readonly protocol: ProbeProtocol;
  readonly port: number;
  /** ICMP: what to send; an echo request otherwise. */
  readonly icmp?: { readonly type: number; readonly code: number };
  /** Tells this probe's packets from all others. */
  readonly mark: number;
}

/** What the sender knows by now. `silent`: nothing came back yet. */
export type Answer = 'silent' | 'answered' | 'refused';

export interface Exchange {
  readonly fd: number;
  readonly events: number;
  /** Refused by a route or firewall of the sender before anything left. */
  readonly refusedAtOnce: boolean;
  look(): Answer;
  close(): void;
}

const ONE = Buffer.from([1, 0, 0, 0]);
/** Closing sends a RST: nothing of the probe lingers in anybody's table. */
const NO_LINGER = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);

const openFrom = (spec: ExchangeSpec, type: number, protocol: number): { fd: number; errno: number } => {
  const fd = openSocket(addressFamily(familyOf(spec.source)), type, protocol);
  const raw = type === linux.SOCK_RAW;
  try {
    bind(fd, raw ? rawAddress(spec.source) : socketAddress(spec.source, 0));
    if (type !== linux.SOCK_STREAM) {
      if (familyOf(spec.source) === 4) setOption(fd, linux.IPPROTO_IP, linux.IP_RECVERR, ONE);
      else setOption(fd, linux.IPPROTO_IPV6, linux.IPV6_RECVERR, ONE);
    }
    return { fd, errno: connect(fd, raw ? rawAddress(spec.destination) : socketAddress(spec.destination, spec.port)) };
  } catch (error) {
    closeSocket(fd);
    throw error;
  }
};

const tcp = (spec: ExchangeSpec): Exchange => {
  const { fd, errno } = openFrom(spec, linux.SOCK_STREAM, 0);
  setOption(fd, linux.SOL_SOCKET, linux.SO_LINGER, NO_LINGER);
  return { fd, events: writable, refusedAtOnce: errno !== 0, look: () => (pendingError(fd) === 0 ? 'answered' : 'refused'), close: () => closeSocket(fd) };
};

/** Reads until an answer of this probe, an error or nothing is left. */
const drain = (fd: number, isAnswer: (payload: Buffer) => boolean): Answer => {
  for (;;) {
    const got = receive(fd);
    if ('errno' in got) return got.errno === linux.EAGAIN ? 'silent' : 'refused';
    if (isAnswer(got.payload)) return 'answered';
  }
};

const datagram = (spec: ExchangeSpec, socket: { readonly type: number; readonly protocol: number }, payload: Buffer, isAnswer: (payload: Buffer) => boolean): Exchange => {
  const { fd, errno } = openFrom(spec, socket.type, socket.protocol);
  const sent = errno === 0 ? send(fd, payload) : errno;
  // The sender's own firewall kept it: whether it also refused is heard, or not, like any other answer.
  return { fd, events: readable, refusedAtOnce: sent !== 0 && sent !== linux.EPERM, look: () => drain(fd, isAnswer), close: () => closeSocket(fd) };
};

const udp = (spec: ExchangeSpec): Exchange => {
  const payload = Buffer.alloc(16);
  payload.writeUInt32BE(spec.mark, 0);
  return datagram(spec, { type: linux.SOCK_DGRAM, protocol: 0 }, payload, (answer) => answer.equals(payload));
};

const sctp = (spec: ExchangeSpec): Exchange => {
  const source = 32_768 + (spec.mark % 28_000);
  const body = (packet: Buffer): Buffer => (familyOf(spec.source) === 4 ? withoutIpv4Header(packet) : packet);
  return datagram(spec, { type: linux.SOCK_RAW, protocol: 132 }, sctpInit({ source, destination: spec.port }, spec.mark), (packet) => {
    const seen = readSctp(body(packet));
    return seen !== undefined && seen.chunkType === 2 && seen.destination === source && seen.initiateTag === spec.mark;
  });
};

const icmp = (spec: ExchangeSpec): Exchange => {
  const v4 = familyOf(spec.source) === 4;
  const echo = v4 ? 8 : 128;
  const { type, code } = spec.icmp ?? { type: echo, code: 0 };
  return datagram(spec, { type: linux.SOCK_RAW, protocol: v4 ? 1 : 58 }, icmpMessage(type, code, spec.mark), (packet) => {
    const message = v4 ? withoutIpv4Header(packet) : packet;
    return message.length >= 8 && message.readUInt8(0) === (v4 ? 0 : 129) && message.readUInt32BE(4) === spec.mark;
  });
};

/** To be called inside the sender's namespace. */
export const startExchange = (spec: ExchangeSpec): Exchange => ({ TCP: tcp, UDP: udp, SCTP: sctp, ICMP: icmp })[spec.protocol](spec);
