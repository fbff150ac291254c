/**
 * One node in namespaces of its own, with pods and virtual machines, and a ruleset that comes from tables written by hand.
 *
 * @module
 */
import type { ClassTables } from '@firsthop/classifier';
import { Dataplane, type KernelPort, netlinkPort } from '@firsthop/dataplane';
import { demolish, exclusivePrefixes, LabNetwork, type LabWorkload, NamespaceScope, planTopology, Prober, type ProbeProtocol, type Topology } from '@firsthop/lab';
import { type Address, ipv4, ipv6 } from '@firsthop/netaddr';
import type { EndpointBinding, PlanEndpoint, PolicyGroupId } from '@firsthop/plan';
import { type Encoding, type NftState, renderRuleset } from '@firsthop/ruleset';
import { type ChildProcess, spawn } from 'node:child_process';
import { patience } from '../second-kernel/kernel-abilities.ts';

const addressesOf = (n: number): [Address, Address] => [ipv4(0x0af4_0000 + n), ipv6((0xfd00_0010_0244n << 80n) | BigInt(n))];

export interface Asked {
  readonly from: string;
  readonly to: string;
  readonly protocol: ProbeProtocol;
  /** Not said: 0. */
  readonly port?: number;
  /** Not said: IPv4. */
  readonly family?: 0 | 1;
  readonly icmp?: { readonly type: number; readonly code: number };
  /** Milliseconds until silence is a drop. */
  readonly patience?: number;
}

export class NodeGround {
  readonly netns: string;
  readonly prober: Prober = new Prober({ patience });
  readonly #run = `b${process.pid.toString(16).padStart(3, '0').slice(-3)}`;
  readonly #topology: Topology;
  readonly #scope = new NamespaceScope();
  readonly #children: ChildProcess[] = [];
  #port: KernelPort | undefined;
  #dataplane: Dataplane | undefined;

  /** Names; the nth has the address 10.244.0.n and fd00:10:244::n, pods first. */
  constructor({ pods, machines = [], outside = [] }: { readonly pods: readonly string[]; readonly machines?: readonly string[]; readonly outside?: readonly Address[] }) {
    const wish = (kind: 'pod' | 'vm') => (name: string, i: number) => ({ cluster: 'c', kind, name, node: 'n', addresses: addressesOf(i + 1 + (kind === 'vm' ? pods.length : 0)) });
    this.#topology = planTopology({ run: this.#run, nodes: [{ cluster: 'c', name: 'n', addresses: [] }], workloads: [...pods.map(wish('pod')), ...machines.map(wish('vm'))], outside: [...outside] });
    this.netns = this.#topology.nodes[0]?.namespace ?? '';
  }

  /** The node's own. */
  get addresses(): readonly Address[] {
    return this.#topology.nodes[0]?.addresses ?? [];
  }

  /** Throws where there is no such one. */
  workload(name: string): LabWorkload {
    const found = this.#topology.workloads.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no workload ${name}`);
    return found;
  }

  addressOf(name: string, family: 0 | 1 = 0): Address {
    return this.workload(name).addresses[family] as Address;
  }

  endpoint(name: string, policyGroup: string): PlanEndpoint {
    const { kind, addresses, mac } = this.workload(name);
    return { id: name, kind, workload: name, addresses, mac, allowedAddresses: [], policyGroup: policyGroup as PolicyGroupId };
  }

  /** Where the endpoints of these tables hang, and what follows for the kernel. */
  ruleset(tables: ClassTables, { encoding, isAdopting }: { readonly encoding?: Encoding; readonly isAdopting?: boolean } = {}): NftState {
    const bindings = [...tables.endpoints.keys()].map((endpoint): EndpointBinding => {
      const { kind, device } = this.workload(endpoint);
      return { endpoint, via: kind === 'pod' ? { kind: 'routed', device } : { kind: 'bridged', bridge: 'fhbr0', port: device } };
    });
    return renderRuleset({ tables, bindings, host: { exclusivePrefixes, ...(isAdopting === undefined ? {} : { isAdopting }) } }, encoding);
  }

  async build(): Promise<void> {
    await new LabNetwork(this.#topology, this.#scope).build();
    this.#port = netlinkPort({ netns: this.netns });
    this.#dataplane = new Dataplane(this.#port);
  }

  /** Of the node's kernel. Throws before it is built. */
  get dataplane(): Dataplane {
    if (this.#dataplane === undefined) throw new Error('not built yet');
    return this.#dataplane;
  }

  /** How many changes it took. Rejects where the kernel does not hold the state afterwards. */
  async realize(state: NftState): Promise<number> {
    const done = await this.dataplane.realize(state);
    if ('error' in done) throw new Error(done.error);
    return done.changes;
  }

  /** What becomes of a packet on its way between two workloads. */
  async ask({ from, to, protocol, port = 0, family = 0, ...rest }: Asked): Promise<string> {
    return (await this.prober.probe({ fromNamespace: this.workload(from).namespace, toNamespace: this.workload(to).namespace, source: this.addressOf(from, family), destination: this.addressOf(to, family), protocol, port, ...rest })).verdict;
  }

  /** A program of Node in a workload's namespace, or in that of everybody `outside`; it ends with the ground at the latest. Its input and output are pipes. */
  inside(name: string, script: string): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', name === 'outside' ? this.#topology.outside : this.workload(name).namespace, process.execPath, '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#children.push(child);
    return child;
  }

  remove(): void {
    for (const child of this.#children) child.kill('SIGKILL');
    this.prober.close();
    this.#port?.close?.();
    this.#scope.close();
    demolish(this.#run);
  }
}

/** The next thing that a program says, without the end of its line. */
export const saidBy = (child: ChildProcess): Promise<string> => new Promise((resolve) => child.stdout?.once('data', (text: Buffer) => resolve(text.toString().trim())));
