/**
 * One node with pods, as real namespaces, and the real agent in it, without any manager: what it enforces is what its disk says.
 *
 * @module
 */
import { worldChanges } from '@firsthop/analysis';
import { Compiler } from '@firsthop/compiler';
import { demolish, exclusivePrefixes, LabNetwork, type LabWorkload, NamespaceScope, planTopology, Prober, type ProbeProtocol, type Topology } from '@firsthop/lab';
import { loadManifests } from '@firsthop/manifest';
import { type Address, formatAddress, ipv4 } from '@firsthop/netaddr';
import type { NodePlan } from '@firsthop/plan';
import { askControl } from '@firsthop/transport';
import { CertificateAuthority } from '@firsthop/trust';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const wireAddress = (n: number): Address => ipv4(0x0af4_0700 + n);

export interface AgentStatus {
  readonly revision?: string;
  readonly realized?: { readonly digest: string; readonly kernel?: string; readonly error?: string; readonly repaired?: number };
  readonly disk?: string;
  readonly refused?: string;
}

export interface Ended {
  readonly code: number | null;
  readonly out: string;
}

export class StandingAgent {
  readonly topology: Topology;
  readonly prober: Prober = new Prober();
  readonly folder: string = mkdtempSync(join(tmpdir(), 'firsthop-agent-'));
  readonly stateDir: string = join(this.folder, 'state');
  readonly socket: string = join(this.folder, 'agent.sock');
  readonly #config = join(this.folder, 'agent.yaml');
  readonly #scope = new NamespaceScope();
  readonly #names: readonly string[];
  #child: ChildProcess | undefined;

  /** `run`: four hex digits. All pods are on node `n`. */
  constructor(run: string, pods: readonly string[]) {
    this.#names = pods;
    this.topology = planTopology({ run, nodes: [{ cluster: 'c', name: 'n', addresses: [] }], workloads: pods.map((name, i) => ({ cluster: 'c', kind: 'pod', name, node: 'n', addresses: [wireAddress(i + 1)] })), outside: [] });
  }

  get netns(): string {
    return this.topology.nodes[0]?.namespace ?? '';
  }

  async build(settings: object = {}): Promise<void> {
    await new LabNetwork(this.topology, this.#scope).build();
    const authority = await CertificateAuthority.create('test');
    const issued = await authority.issue({ identity: { role: 'agent', cluster: 'c', name: 'n' } });
    const file = (part: 'ca' | 'cert' | 'key'): string => {
      writeFileSync(join(this.folder, part), issued[part]);
      return join(this.folder, part);
    };
    const config = { cluster: 'c', node: 'n', managers: ['wss://127.0.0.1:9/agent'], tls: { ca: file('ca'), cert: file('cert'), key: file('key') }, stateDir: this.stateDir, controlSocket: this.socket, exclusivePrefixes, verifyEveryMs: 1000, ...settings };
    writeFileSync(this.#config, JSON.stringify(config));
  }

  /** For these pods (labels `role: NAME`; all but `without`) and policies of namespace `app`. */
  plan(directory: number, policies: readonly object[], without: readonly string[] = []): NodePlan {
    const pods = this.#names.filter((name) => !without.includes(name)).map((name) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'app', uid: `uid-${name}`, labels: { role: name } }, spec: { nodeName: 'n', containers: [{ name: 'main' }] }, status: { phase: 'Running', podIPs: [{ ip: formatAddress(this.workload(name).addresses[0] as Address) }] } }));
    const items = [{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } }, ...pods, ...policies];
    const world = [...loadManifests([{ file: 'objects.json', text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) }]).clusters.values()][0]?.world;
    if (world === undefined) throw new Error('no world');
    const compiler = new Compiler({ cluster: world.cluster });
    for (const change of worldChanges(world)) compiler.apply(change);
    compiler.flush({ epoch: 0, watermarks: new Map([['directory', directory]]) });
    const plan = compiler.snapshot('n');
    if (plan === undefined) throw new Error('no plan');
    return plan;
  }

  workload(name: string): LabWorkload {
    const found = this.topology.workloads.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  }

  /** Milliseconds from its start until it says that something is realized. */
  async start(): Promise<number> {
    const log = openSync(join(this.folder, 'log'), 'w');
    const started = performance.now();
    this.#child = spawn('ip', ['netns', 'exec', this.netns, process.execPath, main, this.#config], { stdio: ['ignore', log, log] });
    closeSync(log);
    while ((await this.status())?.realized === undefined) {
      if (this.#child.exitCode !== null || performance.now() - started > 20_000 || this.log.includes('the kernel keeps what it holds')) throw new Error(`the agent realizes nothing: ${this.log}`);
      await delay(10);
    }
    return performance.now() - started;
  }

  async status(): Promise<AgentStatus | undefined> {
    return (await askControl(this.socket, '/status').catch(() => undefined)) as AgentStatus | undefined;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  /** Process id of the agent that runs. */
  get pid(): number | undefined {
    return this.#child?.exitCode === null ? this.#child.pid : undefined;
  }

  /** Of the last start. */
  get log(): string {
    return readFileSync(join(this.folder, 'log'), 'utf8');
  }

  /** Another command of the agent's program. */
  command(name: 'check' | 'uninstall', ...args: readonly string[]): Ended {
    const { status, stdout, stderr } = spawnSync('ip', ['netns', 'exec', this.netns, process.execPath, main, name, this.#config, ...args], { encoding: 'utf8' });
    return { code: status, out: `${stdout}${stderr}` };
  }

  nft(...args: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync('ip', ['netns', 'exec', this.netns, 'nft', ...args], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return stdout;
  }

  async ask(from: string, to: string, protocol: ProbeProtocol = 'TCP', port = 80): Promise<string> {
    const [source, destination] = [this.workload(from), this.workload(to)];
    return (await this.prober.probe({ fromNamespace: source.namespace, toNamespace: destination.namespace, source: source.addresses[0] as Address, destination: destination.addresses[0] as Address, protocol, port })).verdict;
  }

  async remove(): Promise<void> {
    await this.stop('SIGKILL');
    this.prober.close();
    this.#scope.close();
    demolish(this.topology.run);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Only `from` may talk to `to`. */
export const onlyFrom = (from: string, to: string): object => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: `only-${to}`, namespace: 'app' },
  spec: { podSelector: { matchLabels: { role: to } }, ingress: [{ from: [{ podSelector: { matchLabels: { role: from } } }] }] },
});

/** Tells test runs apart. */
export const runName = (letter: string): string => `${letter}${process.pid.toString(16).padStart(3, '0').slice(-3)}`;
