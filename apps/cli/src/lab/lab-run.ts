/**
 * A lab that is up: network, certificates, managers, agents, and a prober. Taking it down removes all of it, and a reaper
 * does so if this process is killed.
 *
 * @module
 */
import { exclusivePrefixes, type LabGround, type LabKernel, type LabNode, type LabWorkload, LinuxGround, planTopology, SimulatedGround, type Topology } from '@firsthop/lab';
import type { Address } from '@firsthop/netaddr';
import type { LoadedCluster } from '@firsthop/manifest';
import { askControl } from '@firsthop/transport';
import { CertificateAuthority, type Identity } from '@firsthop/trust';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LAB_FOLDER_PREFIX, writeLabRecord } from './lab-record.ts';
import { materialise } from './materialise.ts';
import { place } from './placement.ts';
import { LabProcesses } from './processes.ts';
import { startReaper } from './start-reaper.ts';

export interface LabInput {
  readonly clusters: ReadonlyMap<string, LoadedCluster>;
  readonly documents: readonly { readonly cluster: string; readonly object: unknown }[];
}

export interface LabOptions {
  /** Nodes of a cluster that declares none. */
  readonly nodes: number;
  readonly outside: readonly Address[];
  readonly kernel: LabKernel;
  /** It is meant to stay after the command that asked for it. */
  readonly isHeld?: boolean;
  readonly onProgress?: (text: string) => void;
}

/** A lab that is kept may stand for weeks; its authority lives for 30 days. */
const CERTIFICATE_DAYS = 28;
const REALIZED_WITHIN_MS = 30_000;

export interface NodeReport {
  readonly node: string;
  readonly inSync: boolean;
  readonly realized?: string;
  readonly failure?: string;
  readonly repaired?: number;
  readonly endpoints: readonly { readonly workload: string; readonly state: string; readonly reason?: string }[];
}

export interface ManagerReport {
  readonly cluster: string;
  readonly ready: boolean;
  readonly generation: number;
  readonly errors: readonly string[];
  readonly nodes: readonly NodeReport[];
  readonly clusters: readonly { readonly cluster: string; readonly connected: boolean; readonly imported: number; readonly refused: readonly string[] }[];
}

export class LabRun {
  readonly run: string = randomBytes(2).toString('hex');
  readonly folder: string = mkdtempSync(join(tmpdir(), LAB_FOLDER_PREFIX));
  readonly #reaper = startReaper(this.run, this.folder);
  readonly processes: LabProcesses = new LabProcesses((pid) => this.#reaper.watch(pid));
  readonly #options: LabOptions;
  #ground: LabGround | undefined;
  #clusters: readonly string[] = [];
  #isDown = false;

  constructor(options: LabOptions) {
    this.#options = options;
  }

  get ground(): LabGround {
    if (this.#ground === undefined) throw new Error('the lab is not up');
    return this.#ground;
  }

  get topology(): Topology {
    return this.ground.topology;
  }

  async up(input: LabInput): Promise<void> {
    this.#clusters = [...input.clusters.keys()];
    const placements = new Map([...input.clusters].map(([cluster, { world }]) => [cluster, place(world, this.#options.nodes)]));
    const workloads = [...input.clusters.values()].flatMap(({ world }) => world.workloads.filter((workload) => workload.kind !== 'host' && !workload.hostNetwork && workload.endpoints.some(({ addresses }) => addresses.length > 0)));
    const topology = planTopology({
      run: this.run,
      outside: this.#options.outside,
      nodes: [...placements].flatMap(([cluster, { nodes }]) => nodes.map((name) => ({ cluster, name, addresses: input.clusters.get(cluster)?.world.nodes.find((node) => node.name === name)?.addresses ?? [] }))),
      workloads: workloads.map((workload) => ({
        cluster: workload.cluster,
        kind: workload.kind === 'vm' ? 'vm' as const : 'pod' as const,
        name: `${workload.namespace}/${workload.name}`,
        node: placements.get(workload.cluster)?.of.get(workload.id) ?? '',
        addresses: workload.endpoints.flatMap(({ addresses }) => addresses),
        ...(workload.endpoints[0]?.mac === undefined ? {} : { mac: workload.endpoints[0].mac }),
      })),
    });
    this.#ground = this.#options.kernel === 'linux' ? new LinuxGround(topology) : new SimulatedGround(topology, this.folder);
    this.#options.onProgress?.('building the network');
    await this.#ground.build();
    this.#options.onProgress?.('issuing certificates');
    const authority = await CertificateAuthority.create('firsthop lab');
    for (const cluster of this.#clusters) this.write(cluster, this.materials(input, cluster));
    this.#options.onProgress?.('starting managers and agents');
    for (const cluster of this.#clusters) await this.#startManager(cluster, authority);
    for (const node of this.topology.nodes) await this.#startAgent(node, authority);
    await this.#writeRecord(authority);
  }

  /** What the manager of one cluster is to read. */
  materials(input: LabInput, cluster: string): unknown[] {
    const { nodes, workloads } = this.topology;
    return materialise({
      cluster,
      documents: input.documents.filter((document) => document.cluster === cluster).map(({ object }) => object),
      workloads: input.clusters.get(cluster)?.world.workloads ?? [],
      nodes: nodes.filter((node) => node.cluster === cluster),
      placed: workloads.filter((workload) => workload.cluster === cluster),
      managers: new Map(this.#clusters.map((name, i) => [name, this.#managerAt(i)])),
    });
  }

  /** Replaces a cluster's manifests as a whole. */
  write(cluster: string, objects: readonly unknown[]): void {
    const folder = join(this.folder, cluster, 'manifests', 'clusters', cluster);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'objects.draft'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
    renameSync(join(folder, 'objects.draft'), join(folder, 'objects.json'));
  }

  managerReport(cluster: string): Promise<ManagerReport> {
    return askControl(this.socketOf(`manager-${cluster}`), '/status') as Promise<ManagerReport>;
  }

  socketOf(name: string): string {
    return join(this.folder, `${name}.sock`);
  }

  /** Waits until every node has read its whole plan back from its kernel; rejects with what is missing. */
  async realized(within: number = REALIZED_WITHIN_MS): Promise<void> {
    const deadline = performance.now() + within;
    let missing = 'nobody answers yet';
    while (performance.now() < deadline && !this.#isDown) {
      missing = (await Promise.all(this.#clusters.map((cluster) => this.managerReport(cluster).then((report) => whatIsMissing(report, this.topology.workloads), () => `the manager of ${cluster} does not answer`)))).filter(Boolean).join('; ');
      if (missing === '') return;
      await delay(25);
    }
    if (this.#isDown) throw new Error('the lab was taken down');
    throw new Error(`not realized within ${within / 1000} s: ${missing}`);
  }

  async down(): Promise<void> {
    this.#isDown = true;
    await this.processes.stop();
    this.#ground?.remove();
    rmSync(this.folder, { recursive: true, force: true });
    this.#reaper.dismiss();
  }

  async #startManager(cluster: string, authority: CertificateAuthority): Promise<void> {
    const { host, port } = this.ground.managerEndpoint(this.#clusters.indexOf(cluster));
    const name = `manager-${cluster}`;
    const tls = await this.#credentials(name, { role: 'manager', cluster, name: 'manager' }, authority, [host]);
    const config = { cluster, directory: join(this.folder, cluster, 'manifests'), listen: { host, port }, tls, stateDir: join(this.folder, name), controlSocket: this.socketOf(name) };
    this.#startProcess('manager', name, this.topology.wire, config);
  }

  async #startAgent(node: LabNode, authority: CertificateAuthority): Promise<void> {
    const name = agentName(node);
    const tls = await this.#credentials(name, { role: 'agent', cluster: node.cluster, name: node.name }, authority, []);
    const managers = [`wss://${this.#managerAt(this.#clusters.indexOf(node.cluster))}/agent`];
    this.#startProcess('agent', name, node.namespace, { cluster: node.cluster, node: node.name, managers, tls, stateDir: join(this.folder, name), controlSocket: this.socketOf(name), exclusivePrefixes, kernel: this.ground.kernelOf(node), verifyEveryMs: 1000, adoptMs: 0 });
  }

  async #writeRecord(authority: CertificateAuthority): Promise<void> {
    const clusters = await Promise.all(
      this.#clusters.map(async (cluster, i) => ({
        cluster,
        url: `wss://${this.#managerAt(i)}/api`,
        enter: this.ground.enter(this.topology.wire),
        tls: await this.#credentials(`operator-${cluster}`, { role: 'operator', cluster, name: 'lab' }, authority, []),
      })),
    );
    writeLabRecord({ run: this.run, isHeld: this.#options.isHeld ?? false, pid: process.pid, kernel: this.ground.kernel, folder: this.folder, clusters });
  }

  #managerAt(cluster: number): string {
    const { host, port } = this.ground.managerEndpoint(cluster);
    return `${host}:${port}`;
  }

  #startProcess(app: 'manager' | 'agent', name: string, namespace: string, config: object): void {
    const configFile = join(this.folder, `${name}.yaml`);
    writeFileSync(configFile, JSON.stringify(config));
    this.processes.start({ app, name, enter: this.ground.enter(namespace), configFile, logFile: join(this.folder, `${name}.log`) });
  }

  async #credentials(name: string, identity: Identity, authority: CertificateAuthority, hosts: readonly string[]): Promise<{ ca: string; cert: string; key: string }> {
    const issued = await authority.issue({ identity, hosts, days: CERTIFICATE_DAYS });
    const file = (part: 'ca' | 'cert' | 'key'): string => {
      const path = join(this.folder, `${name}.${part}.pem`);
      writeFileSync(path, issued[part], { mode: 0o600 });
      return path;
    };
    return { ca: file('ca'), cert: file('cert'), key: file('key') };
  }
}

export const agentName = ({ cluster, name }: LabNode): string => `agent-${cluster}-${name}`;
export const labWorkload = (run: LabRun, cluster: string, kind: string, name: string): LabWorkload | undefined =>
  run.topology.workloads.find((workload) => workload.cluster === cluster && workload.kind === kind && workload.name === name);

const whatIsMissing = ({ cluster, ready, nodes, clusters, errors }: ManagerReport, workloads: readonly LabWorkload[]): string => {
  if (!ready) return `the manager of ${cluster} is not ready`;
  const alone = clusters.filter(({ connected }) => !connected).map((peer) => `${cluster} is not connected to ${peer.cluster}`);
  const behind = nodes.filter(({ inSync }) => !inSync).map(({ node, failure }) => `${cluster}/${node} ${failure ?? 'is behind'}`);
  const expected = (name: string): number => workloads.filter(({ node }) => node.cluster === cluster && node.name === name).length;
  const short = nodes.filter(({ node, endpoints }) => endpoints.length < expected(node)).map(({ node, endpoints }) => `${cluster}/${node} reports ${endpoints.length} of ${expected(node)} endpoints${errors.length > 0 ? `; ${errors[0] ?? ''}` : ''}`);
  const open = nodes.flatMap(({ endpoints }) => endpoints.filter(({ state }) => state !== 'Enforced').map(({ workload, reason }) => `${workload}: ${reason ?? 'not enforced'}`));
  return [...alone, ...behind, ...short, ...open].join('; ');
};
