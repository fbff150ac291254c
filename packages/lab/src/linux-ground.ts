/**
 * A lab of network namespaces: the kernel judges, and packets are real.
 *
 * @module
 */
import { type Address, formatAddress } from '@firsthop/netaddr';
import type { LabGround } from './ground.ts';
import { demolish, LabNetwork } from './network.ts';
import type { Observation, PacketProbe } from './probe.ts';
import { NamespaceScope } from './prober/namespace-scope.ts';
import { Prober } from './prober/prober.ts';
import { managerAddresses, type NamespaceName, type Topology } from './topology.ts';

const MANAGER_PORT = 9443;

export class LinuxGround implements LabGround {
  readonly kernel = 'linux';
  readonly prober: Prober = new Prober();
  readonly network: LabNetwork;
  readonly #scope = new NamespaceScope();
  #isRemoved = false;

  constructor(topology: Topology) {
    this.network = new LabNetwork(topology, this.#scope);
  }

  get topology(): Topology {
    return this.network.topology;
  }

  build(): Promise<void> {
    return this.network.build();
  }

  probe(probe: PacketProbe): Promise<Observation> {
    return this.prober.probe(probe);
  }

  enter(namespace: NamespaceName): readonly string[] {
    // It replaces itself by the program, whose process id is therefore its own.
    return ['ip', 'netns', 'exec', namespace];
  }

  managerEndpoint(cluster: number): { host: string; port: number } {
    const [v4] = managerAddresses(cluster);
    return { host: formatAddress(v4 as Address), port: MANAGER_PORT };
  }

  kernelOf(): 'linux' {
    return 'linux';
  }

  remove(): void {
    if (!this.#isRemoved) {
      this.#isRemoved = true;
      this.prober.close();
      this.#scope.close();
    }
    demolish(this.topology.run);
  }
}
