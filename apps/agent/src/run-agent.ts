/**
 * The agent of one node: receives its plan, makes the kernel equal to it, says what it read back.
 *
 * It dies without consequence: the kernel keeps enforcing, and the next one starts from the disk's plan and the kernel's state, before it
 * speaks with anybody.
 *
 * @module
 */
import { Dataplane, readPathCounts } from '@firsthop/dataplane';
import { keepYoungHeapSmall, MemoryGivenBack, type SystemMemory, systemMemory } from '@firsthop/memory';
import { systemDecisions } from '@firsthop/ruleset';
import { AgentLink, type ControlRoutes, serveControl } from '@firsthop/transport';
import { type AgentAction, AgentSession } from '@firsthop/wire';
import { readFileSync } from 'node:fs';
import pino, { type Logger } from 'pino';
import { AdoptingWindow } from './adopting-window.ts';
import { planWithoutPlan } from './closed-until-plan.ts';
import { type AgentConfig, readConfig } from './config.ts';
import { deniedBy, deniedEitherWay } from './denied-connections.ts';
import { DeniedEnder } from './end-denied.ts';
import { Enforcement } from './enforcement.ts';
import { AttributionService } from './flow-records/attribution-service.ts';
import { TotalsFile } from './flow-records/totals-file.ts';
import { type Host, hostOf } from './host.ts';
import { KernelWitness } from './kernel-witness.ts';
import { KillingPolicies } from './killed-connections.ts';
import { PathWatch } from './path-watch.ts';
import { PlanStore } from './plan-store.ts';
import { watchKernel } from './watch-kernel.ts';

class Agent {
  readonly #config: AgentConfig;
  readonly #log: Logger;
  readonly #store: PlanStore;
  readonly #session: AgentSession;
  readonly #host: Host;
  readonly #dataplane: Dataplane;
  readonly #witness: KernelWitness;
  readonly #enforcement: Enforcement;
  readonly #attribution: AttributionService;
  readonly #paths: PathWatch;
  #adopting: AdoptingWindow | undefined;
  /** Not before, by `performance.now()`. */
  #countsAt = 0;
  #link: AgentLink | undefined;
  /** Why the disk does not hold the plan in force. */
  #disk: string | undefined;
  /** Why the last manager was left, as long as none was heeded since. */
  #refused: string | undefined;
  /** The manager knows less than was accepted. */
  #lagging: string | undefined;

  constructor(config: AgentConfig, log: Logger, system: SystemMemory | undefined) {
    this.#config = config;
    this.#log = log;
    this.#store = new PlanStore(config.stateDir, config.node);
    const { plan, accepted, faults } = this.#store.load();
    for (const fault of faults) log.warn(fault);
    this.#disk = faults[0];
    this.#session = new AgentSession(config.node, plan, accepted);
    this.#host = hostOf(config, (address) => [...(this.#enforcement.tables?.endpoints.values() ?? [])].find(({ addresses }) => addresses.includes(address))?.mac);
    if (this.#host.whyChains !== undefined) log.info(`policy is told to the kernel in chains: ${this.#host.whyChains}`);
    this.#witness = new KernelWitness(config.stateDir);
    this.#dataplane = new Dataplane(this.#host.port, this.#witness.load());
    const ender = this.#makeEnder();
    const memory = new MemoryGivenBack(system);
    this.#paths = new PathWatch({ readHooks: () => readPathCounts(this.#host.port), readTraffic: this.#host.readTraffic, onChange: () => this.#enforcement.changed() });
    this.#enforcement = new Enforcement({
      dataplane: this.#dataplane,
      listLinks: this.#host.listLinks,
      exclusivePrefixes: config.exclusivePrefixes,
      encoding: this.#host.encoding,
      isAdopting: () => this.#adopting?.isOpen ?? false,
      unseen: () => this.#paths.unseen,
      onWitnessed: (seen) => this.#witness.save(seen),
      onRealized: ({ error }, tracksAnew) => {
        if (error !== undefined) log.error({ error }, 'the plan is not realized');
        else {
          this.#adopting?.realized();
          ender?.changed(tracksAnew);
        }
        memory.used();
        this.#report();
      },
    });
    this.#attribution = new AttributionService({
      capacity: config.flowRecords,
      tables: () => this.#enforcement.tables,
      counters: () => this.#dataplane.counters(),
      departed: () => this.#dataplane.departed(),
      totals: new TotalsFile(config.stateDir),
      watch: this.#host.watchFlows,
      onFault: (error) => log.error({ error: String(error) }, 'connections of this kernel are not all heard of'),
    });
  }

  async run(signal: AbortSignal): Promise<void> {
    this.#adopting = new AdoptingWindow({ lasts: this.#config.adoptMs, isFirst: await this.#isFirst(), onEnd: () => this.#enforcement.changed() });
    await this.#enforceWhatIsKnown();
    const control = await serveControl(this.#config.controlSocket, this.#routes());
    this.#host.watchLinks(() => this.#enforcement.linksChanged(), signal);
    // What the kernel itself calls unchanged is not read again: a hundred thousand elements take a second.
    const verifying = setInterval(() => void Promise.all([this.#dataplane.isTouched() === false ? undefined : this.#verify(), this.#count(), this.#look()]), this.#config.verifyEveryMs);
    const watching = watchKernel({ isTouched: () => this.#dataplane.isTouched() === true, isBusy: () => this.#enforcement.isBusy, look: () => this.#verify() });
    this.#link = this.#makeLink();
    await this.#link.run(signal);
    clearInterval(verifying);
    watching.stop();
    await this.#attribution.count().catch(() => undefined);
    this.#attribution.close();
    this.#witness.flush();
    this.#adopting.stop();
    control.close();
  }

  /** Nothing of ours is on the disk or in the kernel. A kernel that cannot be read is not known to be new. */
  async #isFirst(): Promise<boolean> {
    if (this.#session.plan !== undefined) return false;
    return this.#host.port.read().then(
      (state) => [...state.values()].every(({ chains }) => chains.size === 0),
      () => false,
    );
  }

  /** Where there are very many counters, less often: reading them never takes more than a hundredth of the time. */
  async #count(): Promise<void> {
    const begun = performance.now();
    if (begun < this.#countsAt) return;
    try {
      await this.#attribution.count();
    } catch (error) {
      this.#log.error({ error: String(error) }, 'the counters could not be read');
    }
    this.#countsAt = begun + 100 * (performance.now() - begun);
  }

  async #look(): Promise<void> {
    try {
      await this.#paths.look();
    } catch (error) {
      this.#log.error({ error: String(error) }, 'the counters of interfaces could not be read');
    }
  }

  async #enforceWhatIsKnown(): Promise<void> {
    if (this.#session.plan !== undefined) return this.#enforcement.adopt(this.#session.plan);
    try {
      const closed = planWithoutPlan(this.#config.node, await this.#host.port.read());
      this.#log.warn(closed === undefined ? 'there is no plan; the kernel keeps what it holds' : 'there is no plan, and nothing of ours in the kernel: interfaces that are ours alone are closed until a plan comes');
      if (closed !== undefined) this.#enforcement.adopt(closed);
    } catch (error) {
      this.#log.error({ error: String(error) }, 'there is no plan, and the kernel cannot be read; it keeps what it holds');
    }
  }

  /** What is enforced without a plan is no answer to any manager. */
  #report(): void {
    if (this.#session.plan !== undefined && this.#enforcement.last !== undefined) this.#link?.send(this.#session.ack(this.#enforcement.last));
  }

  #verify(): Promise<void> {
    return this.#enforcement.verify().then(
      (drift) => (drift > 0 ? this.#log.warn(`${drift} objects of ours were changed by somebody else and put right`) : undefined),
      (error: unknown) => this.#log.error({ error: String(error) }, 'the kernel could not be read back'),
    );
  }

  #perform(actions: readonly AgentAction[]): { send: string[]; leave?: string; lag?: string } {
    const answer: { send: string[]; leave?: string; lag?: string } = { send: [] };
    for (const action of actions) {
      if (action.do === 'send') answer.send.push(action.text);
      else if (action.do === 'close') answer.leave = this.#refused = action.reason;
      else if (action.do === 'lag') answer.lag = this.#lagging = action.reason;
      else {
        const saved = this.#store.save(action.plan);
        this.#disk = saved.ok ? undefined : `the plan in force is not on disk, where a restart would look for it: ${saved.error}`;
        if (this.#disk !== undefined) this.#log.error(this.#disk);
        this.#refused = this.#lagging = undefined;
        // On disk or not: what the manager says now is what is to be enforced.
        this.#enforcement.adopt(action.plan);
      }
    }
    return answer;
  }

  #routes(): ControlRoutes {
    const [session, enforcement] = [this.#session, this.#enforcement];
    return {
      '/status': () => Promise.resolve({ node: this.#config.node, encoding: this.#host.encoding.name, revision: session.plan?.revision.digest, realized: enforcement.last, disk: this.#disk, refused: this.#refused, lagging: this.#lagging, isAdopting: this.#adopting?.isOpen ?? false, flows: this.#attribution.status() }),
      '/counters': async () => Object.fromEntries(await this.#attribution.count()),
      '/flows': () => Promise.resolve(this.#attribution.flows()),
      '/decisions': () => Promise.resolve({ ...systemDecisions, ...Object.fromEntries([...(enforcement.tables?.decisions ?? [])].map(([id, { verdict, attribution }]) => [id, { verdict, ...attribution }])) }),
    };
  }

  #makeLink(): AgentLink {
    let said: string | undefined;
    const { managers, cluster, tls } = this.#config;
    const read = (file: string): string => readFileSync(file, 'utf8');
    return new AgentLink({
      urls: managers,
      cluster,
      node: this.#config.node,
      tls: { ca: read(tls.ca), cert: read(tls.cert), key: read(tls.key) },
      hello: () => this.#session.hello(),
      receive: (frame) => this.#perform(this.#session.receive(frame)),
      onState: (connected, why) => {
        const news = connected ? `connected to ${why}` : `not connected: ${why}`;
        // It is tried again every second, for ever.
        if (news !== said) this.#log.info(news);
        said = news;
        this.#lagging = undefined;
        if (connected) this.#report();
      },
    });
  }

  #makeEnder(): DeniedEnder | undefined {
    const { connections } = this.#host;
    if (connections === undefined) return undefined;
    const killing = new KillingPolicies();
    return new DeniedEnder({
      connections,
      deniedNow: (isSettling) => {
        const { tables, rules } = this.#enforcement;
        return tables === undefined || rules === undefined ? undefined : { isDenied: isSettling ? deniedEitherWay(tables, this.#adopting?.isOpen ?? false) : deniedBy(tables), isTold: killing.next(rules, tables) };
      },
      onEnded: (count) => this.#log.info(`${count} connections were ended, because policy denies them now`),
      onFault: (error) => this.#log.error({ error: String(error) }, 'connections that policy denies could not be ended'),
    });
  }
}

/** Runs until SIGINT or SIGTERM. Rejects where it cannot even begin. */
export const runAgent = async (configFile: string): Promise<void> => {
  keepYoungHeapSmall();
  const system = systemMemory();
  const config = readConfig(configFile, process.env);
  const log = pino({ base: { node: config.node } }, pino.destination(2));
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  process.on('unhandledRejection', (error) => log.error({ error: String(error) }, 'a fault inside the agent; the kernel keeps enforcing'));
  await new Agent(config, log, system).run(stop.signal);
};
