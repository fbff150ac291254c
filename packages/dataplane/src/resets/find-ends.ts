/**
 * Where the two ends of a connection are heard: behind which interface, under which hardware address, and by which tuple each of them knows the other.
 *
 * @module
 */
import { addressOfBytes } from '@firsthop/netaddr';
import { type ConntrackEntry, type Rtnetlink, routeType, type Tuple } from '@firsthop/netlink';
import { addressBytes, type FrameEnds, type TcpPath } from './tcp-frame.ts';

/** As text, `0a:00:…`. Undefined: not known. */
export type HardwareOf = (address: TcpPath['from']) => string | undefined;

export interface ConnectionEnd {
  /** As it speaks. */
  readonly path: TcpPath;
  /** Index of the interface that it is heard by. */
  readonly link: number;
  /** Of a frame to it. */
  readonly frame: FrameEnds;
}

/** Who began it speaks as the original tuple has it; the other one by what its answers look like when they come in. Both before any translation. */
const pathsOf = ({ original, reply }: Pick<ConntrackEntry, 'original' | 'reply'>): TcpPath[] => [original, reply].flatMap(pathOf);

const pathOf = ({ source, destination, sourcePort, destinationPort }: Tuple): TcpPath[] =>
  sourcePort === undefined || destinationPort === undefined ? [] : [{ from: addressOf(source), fromPort: sourcePort, to: addressOf(destination), toPort: destinationPort }];

const addressOf = (address: Tuple['source']): TcpPath['from'] => addressOfBytes(addressBytes(address as TcpPath['from']));

/** What is known of the network around: read once for many connections. */
export class Surroundings {
  readonly #network: Rtnetlink;
  readonly #hardwareOf: HardwareOf;
  readonly #hardware = new Map<string, Buffer>();
  readonly #ports = new Map<string, number>();
  readonly #own = new Map<number, Buffer>();
  readonly #found = new Map<TcpPath['from'], Omit<ConnectionEnd, 'path'> | undefined>();

  /** Throws a `KernelError` where the kernel does not answer. `network` is asked on, and stays open. `hardwareOf`: of those with whom this host itself may never have spoken. */
  constructor(network: Rtnetlink, hardwareOf: HardwareOf) {
    this.#network = network;
    this.#hardwareOf = hardwareOf;
    for (const { link, address, hardwareAddress } of network.neighbours()) if (hardwareAddress !== undefined) this.#hardware.set(`${link} ${address.toString('hex')}`, hardwareAddress);
    for (const entry of network.bridgeForwarding()) if (entry.master !== undefined && entry.hardwareAddress !== undefined) this.#ports.set(`${entry.master} ${entry.hardwareAddress.toString('hex')}`, entry.link);
    for (const { index, address } of network.links()) if (address?.length === 6) this.#own.set(index, address);
  }

  /** Those that can be spoken to over an interface: not processes of this host, nor whoever's hardware address nobody knows. */
  endsOf(entry: Pick<ConntrackEntry, 'original' | 'reply'>): ConnectionEnd[] {
    return pathsOf(entry).flatMap((path): ConnectionEnd[] => {
      const at = this.#at(path.from);
      return at === undefined ? [] : [{ path, ...at }];
    });
  }

  #at(address: TcpPath['from']): Omit<ConnectionEnd, 'path'> | undefined {
    if (!this.#found.has(address)) this.#found.set(address, this.#find(address));
    return this.#found.get(address);
  }

  #find(address: TcpPath['from']): Omit<ConnectionEnd, 'path'> | undefined {
    const bytes = addressBytes(address);
    const route = this.#network.route(bytes);
    if (route?.link === undefined || route.type !== routeType.unicast) return undefined;
    const known = this.#hardwareOf(address)?.replaceAll(':', '');
    const destination = known === undefined ? this.#hardware.get(`${route.link} ${(route.gateway ?? bytes).toString('hex')}`) : Buffer.from(known, 'hex');
    const source = this.#own.get(route.link);
    if (destination === undefined || source === undefined) return undefined;
    // Behind a bridge only the port hears everything that its machine says.
    return { link: this.#ports.get(`${route.link} ${destination.toString('hex')}`) ?? route.link, frame: { source, destination } };
  }
}
