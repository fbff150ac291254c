/**
 * A lab on paper, for machines without root or without Linux: managers and agents are real processes, and each agent gives
 * its kernel's batches to a simulated one that lives here, as the real one lives in its host, so that killing an agent
 * changes nothing about what is enforced.
 *
 * @module
 */
import { familyOf, icmpOf, protocolNumbers } from '@firsthop/netaddr';
import { SimulatedMachine, SimulatedNetwork } from '@firsthop/simkernel';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { join } from 'node:path';
import type { LabGround } from '../ground.ts';
import type { Observation, PacketProbe } from '../probe.ts';
import { type LabNode, type Topology, vmBridge } from '../topology.ts';
import { serveMachine } from './machine-server.ts';

/** A port of loopback that nobody listens on at this moment. */
const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createTcpServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

export class SimulatedGround implements LabGround {
  readonly kernel = 'simulated';
  readonly topology: Topology;
  readonly #folder: string;
  readonly #machines: ReadonlyMap<LabNode, SimulatedMachine>;
  readonly #network: SimulatedNetwork;
  readonly #servers: Server[] = [];
  #ports: readonly number[] = [];

  /** `folder` exists and is the lab's own. */
  constructor(topology: Topology, folder: string) {
    this.topology = topology;
    this.#folder = folder;
    this.#machines = new Map(
      topology.nodes.map((node) => {
        const links = topology.workloads.filter((workload) => workload.node === node).map(({ device, addresses, mac, kind }) => ({ device, addresses, mac, ...(kind === 'vm' ? { bridge: vmBridge } : {}) }));
        return [node, new SimulatedMachine(node.addresses, links)];
      }),
    );
    this.#network = new SimulatedNetwork([...this.#machines.values()]);
  }

  async build(): Promise<void> {
    for (const [node, machine] of this.#machines) this.#servers.push(await serveMachine(machine, this.#socketOf(node)));
    const clusters = new Set(this.topology.nodes.map(({ cluster }) => cluster));
    this.#ports = await Promise.all(Array.from(clusters, freePort));
  }

  probe({ source, destination, protocol, port, icmp }: PacketProbe): Promise<Observation> {
    const number = protocol === 'ICMP' ? icmpOf(familyOf(source)) : protocolNumbers[protocol];
    return Promise.resolve(this.#network.probe({ source, destination, protocol: number, port, ...(icmp === undefined ? {} : { icmp }) }));
  }

  enter(): readonly string[] {
    return [];
  }

  managerEndpoint(cluster: number): { host: string; port: number } {
    const port = this.#ports[cluster];
    if (port === undefined) throw new Error(`the lab has no cluster ${cluster}`);
    return { host: '127.0.0.1', port };
  }

  kernelOf(node: LabNode): { simulated: string } {
    return { simulated: this.#socketOf(node) };
  }

  remove(): void {
    for (const server of this.#servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  }

  #socketOf(node: LabNode): string {
    return join(this.#folder, `kernel-${this.topology.nodes.indexOf(node)}.sock`);
  }
}
