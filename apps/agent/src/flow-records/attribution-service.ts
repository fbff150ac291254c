/**
 * The kernel's own words about connections, kept for whoever asks on the control socket.
 *
 * @module
 */
import type { ClassTables, DecisionId } from '@firsthop/classifier';
import type { Connection, Count, FlowEventsOptions } from '@firsthop/dataplane';
import { readFileSync } from 'node:fs';
import { Attributor } from './attribute.ts';
import { CounterLedger, type Total } from './counter-ledger.ts';
import { FlowLog, type FlowSummary } from './flow-log.ts';
import type { FlowRecord } from './flow-record.ts';
import type { TotalsFile } from './totals-file.ts';

export interface AttributionOptions {
  /** Records that are kept. */
  readonly capacity: number;
  /** Those of the plan that is in force. */
  readonly tables: () => ClassTables | undefined;
  readonly counters: () => Promise<ReadonlyMap<string, Count>>;
  /** Of the last reading, what the kernel does not hold any more. */
  readonly departed: () => ReadonlyMap<string, Count>;
  /** Where totals outlive this agent. */
  readonly totals: TotalsFile;
  /** Undefined: this kernel tells nothing by itself. */
  readonly watch: ((handlers: Pick<FlowEventsOptions, 'onLogged' | 'onBegun' | 'onEnded' | 'onLost' | 'onFault'>) => { close(): void }) | undefined;
  readonly onFault: (error: unknown) => void;
}

export interface FlowStatus extends FlowSummary {
  /** The kernel tells; without it records are those of nobody. */
  readonly isWatching: boolean;
  /** Denied packets that were counted, as of the last reading, and have no record: over the limit, or on their way. */
  readonly limited: number;
  /** Of this host: ends have bytes. */
  readonly countsBytes: boolean;
  /** Of this host: durations are the kernel's own. */
  readonly keepsTimes: boolean;
}

/** Between two writings of the totals. */
const restMs = 60_000;

const isOn = (name: string): boolean => {
  try {
    return readFileSync(`/proc/sys/net/netfilter/${name}`, 'utf8').trim() === '1';
  } catch {
    return false;
  }
};

export class AttributionService {
  readonly #options: AttributionOptions;
  readonly #ledger = new CounterLedger();
  readonly #attributor = new Attributor();
  readonly #flows: FlowLog;
  /** Counted before this agent looked for the first time. */
  #before: ReadonlyMap<string, Count> | undefined;
  #watching: { close(): void } | undefined;
  #isCounted = false;
  /** As `performance.now` has it. */
  #savesAt = performance.now() + restMs;

  constructor(options: AttributionOptions) {
    this.#options = options;
    this.#flows = new FlowLog(options.capacity, options.tables);
    const { kept, isSameKernel } = options.totals.load();
    this.#ledger.resume(kept, isSameKernel);
    try {
      this.#watching = options.watch?.({
        onLogged: (packet) => this.#flows.logged(packet),
        onBegun: (connection) => this.#begun(connection),
        onEnded: (ended) => this.#flows.ended(ended),
        onLost: (what, count) => (what === 'log' ? this.#flows.missed(count) : this.#flows.missedConnections(count)),
        onFault: options.onFault,
      });
    } catch (error) {
      // Enforcement does not hang on it.
      options.onFault(error);
    }
  }

  /** Reads the kernel's counters once more; what they count is not lost when they are made anew after this. */
  async count(): Promise<ReadonlyMap<string, Total>> {
    const reading = await this.#options.counters();
    this.#before ??= reading;
    this.#ledger.take(reading, Date.now());
    this.#isCounted = true;
    if (performance.now() >= this.#savesAt) this.#save();
    return this.#ledger.totals();
  }

  /** What cannot be written now is tried again. */
  #save(): void {
    this.#savesAt = performance.now() + restMs;
    const saved = this.#options.totals.save(this.#ledger.kept(this.#options.departed()));
    if (!saved.ok) this.#options.onFault(new Error(`totals are not on the disk: ${saved.error}`));
  }

  flows(): { readonly status: FlowStatus; readonly records: readonly FlowRecord[] } {
    return { status: this.status(), records: this.#flows.records() };
  }

  status(): FlowStatus {
    return { ...this.#flows.summary(), isWatching: this.#watching !== undefined, limited: this.#limited(), countsBytes: isOn('nf_conntrack_acct'), keepsTimes: isOn('nf_conntrack_timestamp') };
  }

  close(): void {
    if (this.#isCounted) this.#save();
    this.#watching?.close();
    this.#watching = undefined;
  }

  #limited(): number {
    const [decisions, recorded] = [this.#options.tables()?.decisions, this.#flows.recorded()];
    let missing = 0;
    for (const [id, { packets }] of this.#ledger.totals())
      if (decisions?.get(id as DecisionId)?.verdict !== 'allow' && decisions?.has(id as DecisionId)) missing += Math.max(0, packets - (this.#before?.get(id)?.packets ?? 0) - (recorded.get(id) ?? 0));
    return missing;
  }

  /** Both ends' decisions, where both are of this node. */
  #begun(connection: Connection): void {
    const tables = this.#options.tables();
    if (tables === undefined) return;
    for (const direction of ['egress', 'ingress'] as const) {
      const decision = this.#attributor.decide(tables, connection, direction);
      if (decision?.verdict !== 'allow') continue;
      const time = Date.now();
      this.#ledger.begun(decision.id, time);
      const trial = this.#attributor.decideOnTrial(tables, connection, direction);
      // The kernel's own record says it, where there is one.
      if (trial === undefined || trial.verdict === 'allow' || decision.log) continue;
      const { from, to, protocol, port, sourcePort } = connection;
      this.#flows.noted({ time, interface: undefined, direction, packet: { from, to, protocol, port, ...(sourcePort === undefined ? {} : { sourcePort }) }, prefix: { verdict: 'allow' }, decision, trial });
    }
  }
}
