/**
 * The far end of probes: answers every TCP connection, UDP datagram and SCTP INIT that reaches it, and tells which marks arrived.
 * Opened on demand per namespace, protocol, family and port, and kept: a later probe finds it listening, so that a RST can
 * only come from a firewall.
 *
 * @module
 */
import { type Address, type Family, familyOf, formatAddress } from '@firsthop/netaddr';
import { accept, bind, closeSocket, linux, listen, openSocket, receive, send, setOption } from './libc.ts';
import type { ProbeProtocol } from '../probe.ts';
import type { NamespaceScope } from './namespace-scope.ts';
import { readSctp, sctpInitAck, withoutIpv4Header } from './packet-craft.ts';
import { type Poller, readable } from './poller.ts';
import { addressFamily, rawAddress, socketAddress } from './socket-address.ts';

export interface ResponderKey {
  readonly namespace: string;
  readonly protocol: ProbeProtocol;
  /** It answers from the address that was asked: a machine with several would choose another. */
  readonly address: Address;
  /** 0 for protocols whose responder hears every port. */
  readonly port: number;
}

const ONE = Buffer.from([1, 0, 0, 0]);

export class Responders {
  readonly #open = new Map<string, { readonly fd: number; readonly namespace: string }>();
  readonly #arrived = new Set<number>();
  readonly #scope: NamespaceScope;
  readonly #poller: Poller;

  constructor(scope: NamespaceScope, poller: Poller) {
    this.#scope = scope;
    this.#poller = poller;
  }

  /** Makes sure that somebody answers there. */
  ensure(key: ResponderKey): void {
    const id = `${key.namespace}/${key.protocol}/${formatAddress(key.address)}/${key.port}`;
    if (this.#open.has(id)) return;
    const fd = this.#scope.inside(key.namespace, () => open(key));
    this.#open.set(id, { fd, namespace: key.namespace });
    this.#poller.watch({ fd, events: readable, onReady: () => this.#onReady(key, fd) });
  }

  /** Whether a packet with this mark was seen at its destination; forgets it. */
  takeArrival(mark: number): boolean {
    return this.#arrived.delete(mark);
  }

  closeNamespace(namespace: string): void {
    for (const [id, open] of this.#open) {
      if (open.namespace !== namespace) continue;
      this.#poller.unwatch(open.fd);
      closeSocket(open.fd);
      this.#open.delete(id);
    }
  }

  close(): void {
    for (const { namespace } of this.#open.values()) this.closeNamespace(namespace);
  }

  #onReady(key: ResponderKey, fd: number): void {
    if (key.protocol === 'TCP') return acceptAll(fd);
    for (let got = receive(fd); 'payload' in got; got = receive(fd)) {
      const payload = familyOf(key.address) === 4 && key.protocol !== 'UDP' ? withoutIpv4Header(got.payload) : got.payload;
      const mark = answer(key, fd, payload, got.from);
      if (mark !== undefined) this.#arrived.add(mark);
    }
  }
}

const rawProtocol = (protocol: 'SCTP' | 'ICMP', family: Family): number => (protocol === 'SCTP' ? 132 : family === 4 ? 1 : 58);

const open = ({ protocol, address, port }: ResponderKey): number => {
  const family = familyOf(address);
  const raw = protocol === 'SCTP' || protocol === 'ICMP';
  const type = raw ? linux.SOCK_RAW : protocol === 'TCP' ? linux.SOCK_STREAM : linux.SOCK_DGRAM;
  const fd = openSocket(addressFamily(family), type, raw ? rawProtocol(protocol, family) : 0);
  if (!raw) setOption(fd, linux.SOL_SOCKET, linux.SO_REUSEADDR, ONE);
  bind(fd, raw ? rawAddress(address) : socketAddress(address, port));
  if (protocol === 'TCP') listen(fd);
  return fd;
};

/** The handshake is the answer; the connection itself is closed at once. */
const acceptAll = (fd: number): void => {
  for (let accepted = accept(fd); accepted !== undefined; accepted = accept(fd)) closeSocket(accepted);
};

/** Answers one datagram; returns the mark that it carried. */
const answer = ({ protocol }: ResponderKey, fd: number, payload: Buffer, from: Buffer): number | undefined => {
  if (protocol === 'ICMP') return payload.length < 8 ? undefined : payload.readUInt32BE(4);
  if (protocol === 'UDP') {
    send(fd, payload, from);
    return payload.length < 4 ? undefined : payload.readUInt32BE(0);
  }
  const seen = readSctp(payload);
  if (seen?.chunkType !== 1) return undefined;
  const to = Buffer.from(from);
  to.writeUInt16BE(0, 2);
  send(fd, sctpInitAck({ source: seen.destination, destination: seen.source }, seen.initiateTag, seen.initiateTag), to);
  return seen.initiateTag;
};

