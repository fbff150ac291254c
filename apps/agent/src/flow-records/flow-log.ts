/**
 * The records that are kept, what is known to be missing, and how often each decision was met.
 *
 * @module
 */
import type { ClassTables } from '@firsthop/classifier';
import type { EndedConnection, LoggedPacket } from '@firsthop/dataplane';
import { formatAddress } from '@firsthop/netaddr';
import { readLogPrefix } from '@firsthop/ruleset';
import { Attributor } from './attribute.ts';
import { type FlowEnd, flowKey, type FlowRecord, flowRecord, type Sighting } from './flow-record.ts';
import { readPacket } from './read-packet.ts';
import { Ring } from './ring.ts';

/** Whatever is missing is in one of these. */
export interface FlowLosses {
  /** Logged by the kernel, and lost on the way here: gaps in its numbering. */
  readonly log: number;
  /** Told by connection tracking, and lost on the way here. */
  readonly connections: number;
  /** Older records that made room. */
  readonly displaced: number;
  /** Of ours, and not understood. */
  readonly unread: number;
}

export interface FlowSummary {
  /** Since the agent started. */
  readonly seen: number;
  readonly lost: FlowLosses;
}

/** A record that is still waited for, in the place that `records` shows. */
interface Kept {
  record: FlowRecord;
}

export class FlowLog {
  readonly #ring: Ring<Kept>;
  readonly #tables: () => ClassTables | undefined;
  readonly #attributor = new Attributor();
  /** Records of allowed connections that have not ended; as many as the ring holds at most. */
  readonly #open = new Map<string, Kept[]>();
  readonly #byDecision = new Map<string, number>();
  #seen = 0;
  #lostLog = 0;
  #lostConnections = 0;
  #unread = 0;

  /** `tables`: those of the plan that is in force. `capacity`: records. */
  constructor(capacity: number, tables: () => ClassTables | undefined) {
    this.#ring = new Ring(capacity);
    this.#tables = tables;
  }

  logged({ time, interface: device, direction, payload, prefix: text }: LoggedPacket): void {
    const prefix = readLogPrefix(text);
    const packet = readPacket(payload);
    if (prefix === undefined || packet === undefined) return void this.#unread++;
    const tables = this.#tables();
    const decision = tables === undefined || prefix.system !== undefined ? undefined : this.#attributor.attribute(tables, prefix, packet, direction);
    const trial = tables === undefined || prefix.system !== undefined ? undefined : this.#attributor.decideOnTrial(tables, packet, direction);
    const kept: Kept = { record: flowRecord({ time, interface: device, direction, packet, prefix, decision, trial }) };
    const id = kept.record.decision?.id ?? (prefix.system === undefined ? undefined : `c_${prefix.system}`);
    if (id !== undefined) this.#byDecision.set(id, (this.#byDecision.get(id) ?? 0) + 1);
    this.#keep(kept);
  }

  /** An allowed connection that the kernel does not log, of which something is to be told all the same. */
  noted(sighting: Sighting): void {
    this.#keep({ record: flowRecord(sighting) });
  }

  ended({ connection, time, packets, bytes, duration }: EndedConnection): void {
    const { from, to, protocol, port, sourcePort } = connection;
    const key = flowKey({ from: formatAddress(from), to: formatAddress(to), protocol, port, ...(sourcePort === undefined ? {} : { sourcePort }) });
    for (const kept of this.#open.get(key) ?? []) {
      const end: FlowEnd = { time, duration: duration ?? Math.max(0, time - kept.record.time), ...(packets === undefined ? {} : { packets }), ...(bytes === undefined ? {} : { bytes }) };
      kept.record = { ...kept.record, end };
    }
    this.#open.delete(key);
  }

  missed(packets: number): void {
    this.#lostLog += packets;
  }

  missedConnections(events: number): void {
    this.#lostConnections += events;
  }

  /** Oldest first. */
  records(): readonly FlowRecord[] {
    return this.#ring.all().map(({ record }) => record);
  }

  /** Records of each decision since the agent started: what its counter has more was limited, or lost. */
  recorded(): ReadonlyMap<string, number> {
    return this.#byDecision;
  }

  summary(): FlowSummary {
    return { seen: this.#seen, lost: { log: this.#lostLog, connections: this.#lostConnections, displaced: this.#ring.displaced, unread: this.#unread } };
  }

  #keep(kept: Kept): void {
    this.#seen++;
    const old = this.#ring.push(kept);
    if (old !== undefined) this.#forget(old);
    if (kept.record.verdict !== 'allow') return;
    const key = flowKey(kept.record);
    this.#open.set(key, [...(this.#open.get(key) ?? []), kept]);
  }

  #forget(old: Kept): void {
    const key = flowKey(old.record);
    const rest = this.#open.get(key)?.filter((one) => one !== old) ?? [];
    if (rest.length === 0) this.#open.delete(key);
    else this.#open.set(key, rest);
  }
}
