/**
 * Machines on one wire, with an outside beyond them, and probes between any two places.
 *
 * @module
 */
import type { Address } from '@firsthop/netaddr';
import type { Packet } from '../nftables/packet-view.ts';
import { replyTo, TCP_SYN } from './answers.ts';
import { type Emission, type SimulatedMachine, uplink } from './simulated-machine.ts';

/** Where a packet is sent from or ends. `device`: whoever hangs on that device of the machine. */
export type Place = { readonly kind: 'outside' } | { readonly kind: 'machine'; readonly machine: SimulatedMachine } | { readonly kind: 'device'; readonly machine: SimulatedMachine; readonly device: string };

export interface SimulatedProbe {
  readonly source: Address;
  readonly destination: Address;
  readonly protocol: number;
  readonly port: number;
  readonly icmp?: { readonly type: number; readonly code: number };
}

export interface SimulatedObservation {
  readonly verdict: 'allow' | 'drop' | 'reject';
  readonly arrived: boolean;
}

/** More steps than any packet takes that is not going round. */
const MOST_STEPS = 64;
const ROOT = 0;

export class SimulatedNetwork {
  readonly #machines: readonly SimulatedMachine[];
  #nextPort = 0;

  constructor(machines: readonly SimulatedMachine[]) {
    this.#machines = machines;
  }

  /** Sends one first packet from where its source address is, and says what its sender would have seen. */
  probe(probe: SimulatedProbe): SimulatedObservation {
    const packet = this.#packetOf(probe);
    const [from, to] = [this.placeOf(probe.source), this.placeOf(probe.destination)];
    const arrivals = this.#carry(packet, from);
    const arrived = arrivals.some((one) => one.packet === packet && samePlace(one.place, to));
    const refused = arrivals.some((one) => one.packet !== packet && samePlace(one.place, from));
    if (refused) return { verdict: 'reject', arrived };
    if (!arrived) return { verdict: 'drop', arrived };
    const reply = replyTo(packet);
    if (reply === undefined) return { verdict: 'allow', arrived };
    const answered = this.#carry(reply, to).some((one) => one.packet === reply && samePlace(one.place, from));
    return { verdict: answered ? 'allow' : 'drop', arrived };
  }

  placeOf(address: Address): Place {
    for (const machine of this.#machines) {
      if (machine.addresses.includes(address)) return { kind: 'machine', machine };
      const link = machine.links.find(({ addresses }) => addresses.includes(address));
      if (link !== undefined) return { kind: 'device', machine, device: link.device };
    }
    return { kind: 'outside' };
  }

  /** Every probe is a connection of its own, with a checksum of its own. */
  #packetOf({ source, destination, protocol, port, icmp }: SimulatedProbe): Packet {
    const own = 32_768 + (this.#nextPort++ % 28_000);
    const type = icmp ?? (protocol === 1 ? { type: 8, code: 0 } : protocol === 58 ? { type: 128, code: 0 } : undefined);
    return { source, destination, protocol, sourcePort: own, destinationPort: type === undefined ? port : own, tcpFlags: protocol === 6 ? TCP_SYN : 0, ...(type === undefined ? {} : { icmp: type }), checksum: (own * 40_503) % 65_536 };
  }

  #carry(packet: Packet, from: Place): { readonly packet: Packet; readonly place: Place }[] {
    const arrivals: { packet: Packet; place: Place }[] = [];
    let moving = this.#leave(packet, from);
    for (let steps = 0; moving.length > 0 && steps < MOST_STEPS; steps++) {
      const next: { machine: SimulatedMachine; emission: Emission }[] = [];
      for (const { machine, emission } of moving) {
        if (emission.to === 'self') arrivals.push({ packet: emission.packet, place: { kind: 'machine', machine } });
        else if (emission.to.device !== uplink) arrivals.push({ packet: emission.packet, place: { kind: 'device', machine, device: emission.to.device } });
        else {
          const place = this.placeOf(emission.packet.destination);
          if (place.kind === 'outside') arrivals.push({ packet: emission.packet, place });
          else next.push(...place.machine.arrive(emission.packet, uplink).map((one) => ({ machine: place.machine, emission: one })));
        }
      }
      moving = next;
    }
    return arrivals;
  }

  #leave(packet: Packet, from: Place): { machine: SimulatedMachine; emission: Emission }[] {
    const place = from.kind === 'outside' ? this.placeOf(packet.destination) : from;
    if (place.kind === 'outside') return [];
    const { machine } = place;
    const emissions = from.kind === 'outside' ? machine.arrive(packet, uplink) : from.kind === 'machine' ? machine.originate(packet, ROOT) : machine.arrive(packet, from.device);
    return emissions.map((emission) => ({ machine, emission }));
  }
}

const samePlace = (a: Place, b: Place): boolean =>
  a.kind === b.kind && (a.kind === 'outside' || (b.kind !== 'outside' && a.machine === b.machine && (a.kind === 'machine' || (b.kind === 'device' && a.device === b.device))));

