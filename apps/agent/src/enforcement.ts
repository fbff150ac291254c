/**
 * Keeps this host's kernel equal to the plan: classify, bind, render, realize. One pass at a time; what changes during a
 * pass makes one more.
 *
 * @module
 */
import { Classifier, type ClassTables } from '@firsthop/classifier';
import type { Dataplane } from '@firsthop/dataplane';
import { bindEndpoints, type HostLinks } from '@firsthop/hostif';
import type { NodePlan } from '@firsthop/plan';
import { RulesetRenderer } from '@firsthop/ruleset';
import type { EndpointState, Realization } from '@firsthop/wire';

export interface EnforcementOptions {
  readonly dataplane: Dataplane;
  readonly listLinks: () => Promise<HostLinks>;
  readonly exclusivePrefixes: readonly string[];
  readonly onRealized: (realization: Realization) => void;
}

export class Enforcement {
  readonly #options: EnforcementOptions;
  #classifier = new Classifier();
  readonly #renderer = new RulesetRenderer();
  #plan: NodePlan | undefined;
  /** As long as nobody says that they changed. */
  #links: HostLinks | undefined;
  #listings = 0;
  #tables: ClassTables | undefined;
  #last: Realization | undefined;
  #dirty = false;
  #running: Promise<void> | undefined;

  constructor(options: EnforcementOptions) {
    this.#options = options;
  }

  get tables(): ClassTables | undefined {
    return this.#tables;
  }

  get last(): Realization | undefined {
    return this.#last;
  }

  /** A pass is under way. */
  get isBusy(): boolean {
    return this.#running !== undefined;
  }

  adopt(plan: NodePlan): void {
    this.#plan = plan;
    this.#tables = this.#classify(plan);
    this.changed();
  }

  #classify(plan: NodePlan): ClassTables {
    try {
      this.#classifier.replace(plan);
      return this.#classifier.tables();
    } catch {
      // Whatever it stumbled over, the next one begins with nothing.
      this.#classifier = new Classifier();
      this.#classifier.replace(plan);
      return this.#classifier.tables();
    }
  }

  /** Interfaces or routes may have come or gone. */
  linksChanged(): void {
    this.#links = undefined;
    this.#listings++;
    this.changed();
  }

  /** Something is to be looked at again. */
  changed(): void {
    this.#dirty = true;
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
  }

  /** Reads the kernel back; what somebody else changed is put right, and reported. */
  async verify(): Promise<number> {
    await this.#running;
    if (this.#plan === undefined) return 0;
    // If some news of a link was lost, this ends it.
    this.#links = undefined;
    const { drift } = await this.#options.dataplane.verify();
    if (drift > 0) this.changed();
    return drift;
  }

  async #run(): Promise<void> {
    while (this.#dirty) {
      this.#dirty = false;
      const realization = await this.#pass();
      if (realization === undefined) continue;
      this.#last = realization;
      this.#options.onRealized(realization);
    }
  }

  /** What changes while they are listed is news that comes later, and then they are not kept. */
  async #listLinks(): Promise<HostLinks> {
    if (this.#links !== undefined) return this.#links;
    const before = ++this.#listings;
    const links = await this.#options.listLinks();
    if (before === this.#listings) this.#links = links;
    return links;
  }

  async #pass(): Promise<Realization | undefined> {
    const [plan, tables] = [this.#plan, this.#tables];
    // No plan, no touching: the kernel keeps what it has.
    if (plan === undefined || tables === undefined) return undefined;
    const { digest } = plan.revision;
    try {
      const { bindings, unbound } = bindEndpoints(await this.#listLinks(), [...plan.endpoints.values()]);
      const { state, changes } = this.#renderer.render({ tables, bindings, host: { exclusivePrefixes: this.#options.exclusivePrefixes } });
      const done = await this.#options.dataplane.realize(state, changes);
      const endpoints = endpointStates(plan, new Map(unbound.map(({ endpoint, reason }) => [endpoint, reason])));
      return 'error' in done ? { digest, error: done.error, endpoints } : { digest, kernel: done.digest, endpoints };
    } catch (error) {
      return { digest, error: error instanceof Error ? error.message : String(error), endpoints: [] };
    }
  }
}

const endpointStates = (plan: NodePlan, unbound: ReadonlyMap<string, string>): EndpointState[] =>
  [...plan.endpoints.values()].map(({ id, workload }) => {
    const reason = unbound.get(id);
    return reason === undefined ? { id, workload, state: 'Enforced' } : { id, workload, state: 'NotEnforced', reason };
  });
