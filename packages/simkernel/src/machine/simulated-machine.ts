/**
 * One machine with our rules: where packets meet its hooks, in the kernel's order.
 *
 *     from a wire or an endpoint   (bridge prerouting →) prerouting → input            to itself
 *                                                       prerouting → forward → postrouting   to others
 *     from itself                  output → postrouting
 *
 * Bridged frames pass the IP hooks too (br_netfilter), with the bridge as interface on both sides and no input interface in
 * postrouting.
 *
 * @module
 */
import { type Address, familyOf } from '@firsthop/netaddr';
import { SimulatedNft } from '../nftables/nft-program.ts';
import type { Packet, PacketView, Tracking } from '../nftables/packet-view.ts';
import type { Hook } from '../nftables/tables.ts';
import { judgeHook } from '../nftables/walk.ts';
import { prohibitionOf, resetOf } from './answers.ts';
import { ConnectionTracking } from './connection-tracking.ts';

export interface SimulatedLink {
  readonly device: string;
  /** Whoever hangs on it. */
  readonly addresses: readonly Address[];
  readonly mac: string;
  /** The bridge that it is a port of; routed otherwise. */
  readonly bridge?: string | undefined;
}

export interface Emission {
  readonly packet: Packet;
  /** Device, or the machine itself. */
  readonly to: { readonly device: string } | 'self';
}

export const uplink = 'up0';

interface Passage {
  readonly packet: Packet;
  readonly tracking: Tracking;
  readonly input: string;
  readonly output: string;
  readonly etherSource?: string | undefined;
  readonly socketOwner?: number | undefined;
}

export class SimulatedMachine {
  readonly nft: SimulatedNft = new SimulatedNft();
  readonly addresses: readonly Address[];
  readonly links: readonly SimulatedLink[];
  readonly #tracking = new ConnectionTracking();

  constructor(addresses: readonly Address[], links: readonly SimulatedLink[]) {
    this.addresses = addresses;
    this.links = links;
  }

  /** A packet comes in on a device; what leaves in consequence. */
  arrive(packet: Packet, device: string): Emission[] {
    const from = this.links.find((link) => link.device === device);
    const input = from?.bridge ?? device;
    const passage: Passage = { packet, tracking: this.#tracking.track(packet), input, output: '', etherSource: from?.mac };
    if (from?.bridge !== undefined && this.#judge('bridge', 'prerouting', { ...passage, input: device }) !== 'accept') return [];
    const to = this.#linkTo(packet.destination);
    const isBridged = from?.bridge !== undefined && to?.bridge === from.bridge;
    const isOwn = this.addresses.includes(packet.destination);
    const output = isOwn ? '' : (to?.bridge ?? to?.device ?? uplink);
    const hooks: [Hook, Passage][] = isOwn
      ? [['prerouting', passage], ['input', passage]]
      : [['prerouting', passage], ['forward', { ...passage, output }], ['postrouting', { ...passage, output, input: isBridged ? '' : input }]];
    return this.#through(hooks, isOwn ? 'self' : { device: to?.device ?? uplink });
  }

  /** A process of the machine (`socketOwner`: its user) or its kernel sends. */
  originate(packet: Packet, socketOwner: number | undefined, tracking: Tracking = this.#tracking.track(packet)): Emission[] {
    if (this.addresses.includes(packet.destination)) return [{ packet, to: 'self' }];
    const to = this.#linkTo(packet.destination);
    const passage: Passage = { packet, tracking, input: '', output: to?.bridge ?? to?.device ?? uplink, socketOwner };
    return this.#through([['output', passage], ['postrouting', passage]], { device: to?.device ?? uplink });
  }

  #linkTo(address: Address): SimulatedLink | undefined {
    return this.links.find(({ addresses }) => addresses.includes(address));
  }

  #through(hooks: readonly (readonly [Hook, Passage])[], to: Emission['to']): Emission[] {
    for (const [hook, passage] of hooks) {
      const end = this.#judge('inet', hook, passage);
      if (end === 'accept') continue;
      return end === 'drop' ? [] : this.#reject(passage.packet, end);
    }
    const last = hooks.at(-1)?.[1];
    if (last === undefined) return [];
    this.#tracking.confirm(last.packet, last.tracking);
    return [{ packet: last.packet, to }];
  }

  #judge(family: 'inet' | 'bridge', hook: Hook, { packet, tracking, input, output, etherSource, socketOwner }: Passage): 'accept' | 'drop' | 'tcp reset' | 'icmp' {
    const view: PacketView = { packet, tracking, inputInterface: input, outputInterface: output, etherSource, socketOwner, isLocal: (address) => this.addresses.includes(address) };
    const end = judgeHook(this.nft.tables(family), hook, view);
    return end.kind === 'reject' ? end.with : end.kind;
  }

  /** The answer belongs to the connection that was refused, whatever its addresses say. */
  #reject(packet: Packet, how: 'tcp reset' | 'icmp'): Emission[] {
    const own = this.addresses.find((address) => familyOf(address) === familyOf(packet.source));
    const answer = how === 'tcp reset' ? resetOf(packet) : own === undefined ? undefined : prohibitionOf(packet, own);
    return answer === undefined ? [] : this.originate(answer, undefined, { state: 'related', direction: 'reply' });
  }
}
