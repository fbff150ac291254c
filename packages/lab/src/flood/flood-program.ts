/**
 * Argument: packets a second and packets, as JSON (`Flood`). Sends them in turn until its input ends; then prints how often it sent each.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { openSocket, linux, send } from '../prober/libc.ts';
import { rawAddress } from '../prober/socket-address.ts';
import { floodPacket, type FloodPacket } from './flood-packets.ts';

interface Order {
  readonly perSecond: number;
  /** IPv6 addresses as text of digits. */
  readonly packets: readonly (Omit<FloodPacket, 'source' | 'destination'> & { readonly source: number | string; readonly destination: number | string })[];
}

const { perSecond, packets } = JSON.parse(process.argv[2] ?? '') as Order;
const addressOf = (value: number | string): FloodPacket['source'] => (typeof value === 'number' ? value : BigInt(value)) as FloodPacket['source'];
const IPPROTO_RAW = 255;
const sockets = { number: openSocket(linux.AF_INET, linux.SOCK_RAW, IPPROTO_RAW), string: openSocket(linux.AF_INET6, linux.SOCK_RAW, IPPROTO_RAW) } as const;
const ready = packets.map((packet) => {
  const whole = { ...packet, source: addressOf(packet.source), destination: addressOf(packet.destination) };
  return { socket: sockets[typeof packet.source as 'number' | 'string'], bytes: floodPacket(whole), to: rawAddress(whole.destination) };
});
const sent = packets.map(() => 0);

const over = new AbortController();
process.stdin.on('end', () => over.abort()).resume();
const tickMs = 2;
const began = performance.now();
let [done, next] = [0, 0];
console.log('ready');
while (!over.signal.aborted) {
  const due = Math.min(done + 2000, ((performance.now() - began) / 1000) * perSecond);
  for (; done < due; done++, next = (next + 1) % ready.length) {
    const one = ready[next];
    if (one !== undefined && send(one.socket, one.bytes, one.to) === 0) sent[next] = (sent[next] ?? 0) + 1;
  }
  await delay(tickMs);
}
console.log(JSON.stringify({ sent, seconds: (performance.now() - began) / 1000 }));
process.exit(0);
