/**
 * Keeps this host's kernel equal to the plan: classify, bind, render, realize. One pass at a time; what changes during a
 * pass makes one more.
 *
 * @module
 */
import { Classifier, type ClassTables } from '@firsthop/classifier';
import type { Dataplane, Witness } from '@firsthop/dataplane';
import { bindEndpoints, type Bindings, findBypasses, type HostLinks, type Unbound } from '@firsthop/hostif';
import type { NodePlan } from '@firsthop/plan';
import { type Encoding, RulesetRenderer } from '@firsthop/ruleset';
import type { EndpointState, Realization } from '@firsthop/wire';

export interface EnforcementOptions {
  readonly dataplane: Dataplane;
  readonly listLinks: () => Promise<HostLinks>;
  readonly exclusivePrefixes: readonly string[];
  /** Undefined: in chains, which every kernel port takes. */
  readonly encoding?: Encoding;
  /** Why packets of an interface are not known to come by our hooks, by its name. Not said: nobody counts. */
  readonly unseen?: () => ReadonlyMap<string, string>;
  /** Asked for each ruleset. Not said: no connection is taken up from its middle. */
  readonly isAdopting?: () => boolean;
  /** `tracksAnew`: for this one the kernel began to track connections. */
  readonly onRealized: (realization: Realization, tracksAnew: boolean) => void;
  /** The kernel was seen to hold what it should. */
  readonly onWitnessed?: (witness: Witness) => void;
}

export class Enforcement {
  readonly #options: EnforcementOptions;
  #classifier = new Classifier();
  readonly #renderer: RulesetRenderer;
  #plan: NodePlan | undefined;
  /** As long as nobody says that they changed. */
  #links: HostLinks | undefined;
  #listings = 0;
  #tables: ClassTables | undefined;
  /** Of the tables. */
  #tabled: NodePlan | undefined;
  #last: Realization | undefined;
  /** Where the endpoints of the last pass hang. */
  #seat: string | undefined;
  #dirty = false;
  #running: Promise<void> | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #repaired = 0;
  #tracksAnew = false;

  constructor(options: EnforcementOptions) {
    this.#options = options;
    this.#renderer = new RulesetRenderer(options.encoding);
  }

  /** Of the plan that was realized last, or is being realized. They change with the next one. */
  get tables(): ClassTables | undefined {
    return this.#tables;
  }

  /** The rules that the tables were made of. */
  get rules(): NodePlan['rules'] | undefined {
    return this.#tabled?.rules;
  }

  get last(): Realization | undefined {
    return this.#last;
  }

  /** A pass is under way, or waits for its turn. */
  get isBusy(): boolean {
    return this.#running !== undefined;
  }

  adopt(plan: NodePlan): void {
    this.#plan = plan;
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
    this.#running ??= this.#run();
  }

  /** Reads the kernel back; what somebody else changed is put right, and reported. */
  async verify(): Promise<number> {
    await this.#running;
    if (this.#plan === undefined) return 0;
    // News of a link may have been lost: the next pass lists them again.
    this.#links = undefined;
    const { drift } = await this.#inTurn(() => this.#options.dataplane.verify());
    if (drift > 0) this.#repaired += drift;
    if (drift > 0 || (await this.#isElsewhere())) this.changed();
    return drift;
  }

  /** Whether endpoints hang or are bypassed otherwise than at the last pass: of some programs nobody is told. */
  async #isElsewhere(): Promise<boolean> {
    const plan = this.#plan;
    const links = await this.#listLinks().catch(() => undefined);
    return plan !== undefined && links !== undefined && this.#seat !== undefined && JSON.stringify(this.#seatOf(links, plan)) !== this.#seat;
  }

  /** One looks at the kernel or changes it at a time: what is read while another writes would be taken for drift. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#turn.then(work);
    this.#turn = next.catch(() => undefined);
    return next;
  }

  async #run(): Promise<void> {
    try {
      while (this.#dirty) {
        this.#dirty = false;
        const realization = await this.#inTurn(() => this.#pass());
        if (realization === undefined) continue;
        this.#last = this.#repaired === 0 ? realization : { ...realization, repaired: this.#repaired };
        this.#options.onRealized(this.#last, this.#tracksAnew);
      }
    } finally {
      // Together with the last look at it: what came in between would wait for somebody else's news.
      this.#running = undefined;
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

  /** `reasons`: why an endpoint is not enforced. One that is bypassed is bound all the same: what comes by our hooks is judged. */
  #seatOf(links: HostLinks, plan: NodePlan): { readonly bindings: Bindings['bindings']; readonly reasons: readonly Unbound[] } {
    const { bindings, unbound } = bindEndpoints(links, [...plan.endpoints.values()]);
    const unseen = this.#options.unseen?.() ?? new Map<string, string>();
    const counted = bindings.flatMap(({ endpoint, via }): Unbound[] => {
      const reason = unseen.get(via.kind === 'routed' ? via.device : via.port);
      return reason === undefined ? [] : [{ endpoint, reason }];
    });
    // Of two reasons the last one is told: whoever is known by name says better what to do.
    return { bindings, reasons: [...counted, ...findBypasses(links, bindings), ...unbound] };
  }

  async #pass(): Promise<Realization | undefined> {
    // No plan, no touching: the kernel keeps what it has.
    if (this.#plan === undefined) return undefined;
    const links = await this.#listLinks().catch((error: unknown) => error);
    // The newest one, and from here to the rendering nothing waits: tables are of one plan, but their addresses are the classifier's own.
    const plan = this.#plan;
    const { digest } = plan.revision;
    try {
      if (!isLinks(links)) throw links;
      const { bindings, reasons } = this.#seatOf(links, plan);
      this.#seat = JSON.stringify({ bindings, reasons });
      const tables = (this.#tables = this.#classify(plan));
      this.#tabled = plan;
      const { state, changes } = this.#renderer.render({ tables, bindings, host: { exclusivePrefixes: this.#options.exclusivePrefixes, isAdopting: this.#options.isAdopting?.() ?? false } });
      const done = await this.#options.dataplane.realize(state, changes);
      this.#tracksAnew = 'tracksAnew' in done;
      if (!('error' in done) && done.witness !== undefined) this.#options.onWitnessed?.(done.witness);
      const endpoints = endpointStates(plan, new Map(reasons.map(({ endpoint, reason }) => [endpoint, reason])));
      return 'error' in done ? { digest, error: done.error, endpoints } : { digest, kernel: done.digest, endpoints };
    } catch (error) {
      return { digest, error: error instanceof Error ? error.message : String(error), endpoints: [] };
    }
  }
}

const isLinks = (listed: unknown): listed is HostLinks => typeof listed === 'object' && listed !== null && 'links' in listed;

const endpointStates = (plan: NodePlan, unbound: ReadonlyMap<string, string>): EndpointState[] =>
  [...plan.endpoints.values()].map(({ id, workload }) => {
    const reason = unbound.get(id);
    return reason === undefined ? { id, workload, state: 'Enforced' } : { id, workload, state: 'NotEnforced', reason };
  });
