/**
 * One node with six pods, two machines on its bridge and an outside, made once for many worlds: the addresses are those of
 * the random worlds, so that only policy differs from world to world.
 *
 * @module
 */
import { addressOf } from '../random-world.ts';
import { Dataplane, type KernelPort, netlinkPort } from '@firsthop/dataplane';
import { demolish, LabNetwork, NamespaceScope, type Observation, planTopology, Prober, type Topology } from '@firsthop/lab';
import type { Address } from '@firsthop/netaddr';
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Inquiry } from './inquiry.ts';

/** Offsets of `addressOf`. */
export const pods: readonly number[] = [0, 1, 2, 3, 4, 6];
export const machines: readonly number[] = [5, 7];
export const nodeAt = 12;
/** 13 is another node, which has no policy of its own to enforce here. */
export const outsiders: readonly number[] = [13, 14, 15, 1000];

const both = (offset: number): Address[] => [addressOf(4, offset), addressOf(6, offset)];
export const workloadName = (offset: number): string => `w${offset}`;

const topologyOf = (run: string): Topology =>
  planTopology({
    run,
    nodes: [{ cluster: 'c', name: 'n1', addresses: both(nodeAt) }],
    workloads: [...pods.map((offset) => ({ offset, kind: 'pod' as const })), ...machines.map((offset) => ({ offset, kind: 'vm' as const }))].map(({ offset, kind }) => ({ cluster: 'c', kind, name: workloadName(offset), node: 'n1', addresses: both(offset) })),
    outside: outsiders.flatMap(both),
  });

/** Linux answers one sender with six errors and then one a second; the rates of our own rules are under test, this one is not. */
const errorRates = ['ipv4/icmp_ratelimit', 'ipv6/icmp/ratelimit'] as const;

export class StandingGround {
  readonly topology: Topology;
  readonly #run: string;
  readonly #scope = new NamespaceScope();
  readonly #prober = new Prober();
  #afterwards: ChildProcess | undefined;
  #port: KernelPort | undefined;
  #dataplane: Dataplane | undefined;

  /** `run`: hexadecimal digits that no other lab of this machine has. */
  constructor(run: string) {
    this.#run = run;
    this.topology = topologyOf(run);
  }

  async build(): Promise<void> {
    // Of a session of its own, so that no signal to the tests reaches it.
    this.#afterwards = spawn(process.execPath, [fileURLToPath(new URL('./remove-afterwards.ts', import.meta.url)), this.#run], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    this.#afterwards.unref();
    await new LabNetwork(this.topology, this.#scope).build();
    this.#port = netlinkPort({ netns: this.#node });
    this.#dataplane = new Dataplane(this.#port);
    this.#scope.inside(this.#node, () => {
      for (const path of errorRates) writeFileSync(`/proc/sys/net/${path}`, '0');
    });
  }

  send({ from, to, family, protocol, port, icmp }: Inquiry, patience: number): Promise<Observation> {
    return this.#prober.probe({
      fromNamespace: this.#namespaceOf(from),
      toNamespace: this.#namespaceOf(to),
      source: addressOf(family, from),
      destination: addressOf(family, to),
      protocol,
      port,
      patience,
      ...(icmp === undefined ? {} : { icmp }),
    });
  }

  /** Of the node, once it is built. */
  get dataplane(): Dataplane {
    if (this.#dataplane === undefined) throw new Error('the ground is not built yet');
    return this.#dataplane;
  }

  remove(): void {
    this.#port?.close?.();
    this.#prober.close();
    this.#scope.close();
    demolish(this.#run);
    this.#afterwards?.stdin?.end();
  }

  get #node(): string {
    return this.topology.nodes[0]?.namespace ?? '';
  }

  #namespaceOf(offset: number): string {
    if (offset === nodeAt) return this.#node;
    return this.topology.workloads.find(({ name }) => name === workloadName(offset))?.namespace ?? this.topology.outside;
  }
}
