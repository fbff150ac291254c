/**
 * Asks the kernel what the evaluator was asked: one real packet exchange per probe, and the counters that it moved.
 *
 * The verdict is what the sender saw; the attribution is the decision whose counter moved. Attributed probes run one after
 * another, because a counter does not say whose packet it counted; a matrix, which needs none, runs all at once.
 *
 * @module
 */
import type { LabNode, Observation, PacketProbe, ProbeProtocol } from '@firsthop/lab';
import type { Address } from '@firsthop/netaddr';
import type { Probe } from '@firsthop/policy';
import { askControl } from '@firsthop/transport';
import { setTimeout as delay } from 'node:timers/promises';
import { agentName, type LabRun } from './lab-run.ts';

/** A decision as an agent names it: the `DECISION` of contracts.md, with its direction. */
export interface ObservedDecision {
  readonly verdict: string;
  readonly reason: string;
  readonly direction: 'ingress' | 'egress';
}

export interface Attributed extends Observation {
  readonly egress?: ObservedDecision | undefined;
  readonly ingress?: ObservedDecision | undefined;
}

const PROTOCOLS: ReadonlyMap<number, ProbeProtocol> = new Map([[1, 'ICMP'], [6, 'TCP'], [17, 'UDP'], [58, 'ICMP'], [132, 'SCTP']]);
/** A packet crosses these namespaces in microseconds; its counters are read after this long at the most. */
const SETTLE_MS = 15;
const AT_ONCE = 150;

interface Place {
  readonly namespace: string;
  /** Where the endpoint is enforced. */
  readonly node?: LabNode;
}

export class ProbeRunner {
  readonly #run: LabRun;
  readonly #counted = new Map<string, Record<string, { packets: number }>>();

  constructor(run: LabRun) {
    this.#run = run;
  }

  /** Undefined: the lab cannot send such a packet. */
  packetOf(probe: Probe): PacketProbe | undefined {
    const protocol = PROTOCOLS.get(probe.protocol);
    if (protocol === undefined) return undefined;
    const [from, to] = [this.#placeOf(probe.source.address), this.#placeOf(probe.destination.address)];
    return {
      fromNamespace: from.namespace,
      toNamespace: to.namespace,
      source: probe.source.address,
      destination: probe.destination.address,
      protocol,
      port: probe.port ?? 0,
      ...(probe.icmp === undefined ? {} : { icmp: probe.icmp }),
    };
  }

  /** All of them, many at a time, without attribution. */
  async observeAll(probes: readonly Probe[], onDone: (done: number) => void = () => undefined): Promise<(Observation | undefined)[]> {
    const results: (Observation | undefined)[] = Array.from({ length: probes.length });
    let [next, done] = [0, 0];
    const work = async (): Promise<void> => {
      for (let i = next++; i < probes.length; i = next++) {
        const packet = this.packetOf(probes[i] as Probe);
        results[i] = packet === undefined ? undefined : await this.#patiently(packet);
        onDone(++done);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return results;
  }

  /** One of them, with the decisions that it met. */
  async observe(probe: Probe): Promise<Attributed | undefined> {
    const packet = this.packetOf(probe);
    if (packet === undefined) return undefined;
    const nodes = [...new Set([this.#placeOf(probe.source.address).node, this.#placeOf(probe.destination.address).node])].filter((node) => node !== undefined);
    for (const node of nodes) if (!this.#counted.has(agentName(node))) await this.#count(node);
    const outcome = this.#run.ground.probe(packet);
    await Promise.race([outcome, delay(SETTLE_MS)]);
    const decisions = (await Promise.all(nodes.map((node) => this.#moved(node)))).flat();
    const observation = await outcome;
    const of = (direction: string): ObservedDecision | undefined => decisions.find((decision) => decision.direction === direction);
    return { ...observation, egress: of('egress'), ingress: of('ingress') };
  }

  /** Silence on a busy machine is asked about once more before it counts. */
  async #patiently(packet: PacketProbe): Promise<Observation> {
    const first = await this.#run.ground.probe({ ...packet, patience: 300 });
    return first.verdict === 'drop' ? this.#run.ground.probe({ ...packet, patience: 700 }) : first;
  }

  async #count(node: LabNode): Promise<Record<string, { packets: number }>> {
    const counters = (await askControl(this.#run.socketOf(agentName(node)), '/counters')) as Record<string, { packets: number }>;
    this.#counted.set(agentName(node), counters);
    return counters;
  }

  async #moved(node: LabNode): Promise<ObservedDecision[]> {
    const before = this.#counted.get(agentName(node)) ?? {};
    const after = await this.#count(node);
    const moved = Object.entries(after).filter(([id, { packets }]) => packets > (before[id]?.packets ?? 0)).map(([id]) => id);
    if (moved.length === 0) return [];
    const decisions = (await askControl(this.#run.socketOf(agentName(node)), '/decisions')) as Record<string, ObservedDecision>;
    return moved.flatMap((id) => decisions[id] ?? []);
  }

  #placeOf(address: Address): Place {
    const { workloads, nodes, outside } = this.#run.topology;
    const workload = workloads.find(({ addresses }) => addresses.includes(address));
    if (workload !== undefined) return workload;
    const node = nodes.find(({ addresses }) => addresses.includes(address));
    return node === undefined ? { namespace: outside } : { namespace: node.namespace, node };
  }
}
