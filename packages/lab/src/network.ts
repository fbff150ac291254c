/**
 * Makes and removes the lab's network: the only place that runs iproute2.
 *
 * @module
 */
import { execFile, execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { NamespaceScope } from './prober/namespace-scope.ts';
import { planWorkload, type LabWorkload, namespacePrefix, type NamespaceName, type Topology, type WorkloadWish } from './topology.ts';
import { namespaceSteps, outsideAddressStep, settingsOf, type Step, underlaySteps, workloadSteps } from './topology-commands.ts';
import type { Address } from '@firsthop/netaddr';

const run = promisify(execFile);

/** Runs one step as a batch. iproute2 names the line that failed; we add the line itself. */
const perform = async ({ namespace, lines }: Step): Promise<void> => {
  if (lines.length === 0) return;
  const where = namespace === undefined ? [] : ['-n', namespace];
  const child = run('ip', [...where, '-batch', '-']);
  child.child.stdin?.end(`${lines.join('\n')}\n`);
  try {
    await child;
  } catch (error) {
    const text = String((error as { stderr?: unknown }).stderr ?? error);
    const line = /-:(\d+)/.exec(text)?.[1];
    throw new Error(`ip${namespace === undefined ? '' : ` in ${namespace}`}: ${text.trim()}${line === undefined ? '' : ` [${lines[Number(line) - 1] ?? ''}]`}`, { cause: error });
  }
};

export class LabNetwork {
  #topology: Topology;
  readonly #scope: NamespaceScope;
  #nextIndex: number;

  constructor(topology: Topology, scope: NamespaceScope) {
    this.#topology = topology;
    this.#scope = scope;
    this.#nextIndex = topology.workloads.length;
  }

  get topology(): Topology {
    return this.#topology;
  }

  async build(): Promise<void> {
    const { wire, outside, nodes, workloads } = this.#topology;
    for (const step of namespaceSteps(this.#topology)) await perform(step);
    this.#configure(wire, 'wire');
    this.#configure(outside, 'outside');
    for (const node of nodes) this.#configure(node.namespace, 'node');
    for (const step of underlaySteps(this.#topology)) await perform(step);
    for (const workload of workloads) await this.#buildWorkload(workload);
  }

  async add(wish: WorkloadWish): Promise<LabWorkload> {
    const workload = planWorkload(this.#topology, wish, this.#nextIndex++);
    await this.#buildWorkload(workload);
    this.#topology = { ...this.#topology, workloads: [...this.#topology.workloads, workload] };
    return workload;
  }

  async remove(workload: LabWorkload): Promise<void> {
    await perform({ namespace: workload.node.namespace, lines: [`link del ${workload.device}`] });
    await perform({ namespace: undefined, lines: [`netns del ${workload.namespace}`] });
    this.#topology = { ...this.#topology, workloads: this.#topology.workloads.filter((other) => other !== workload) };
  }

  async addOutside(addresses: readonly Address[]): Promise<void> {
    await perform(outsideAddressStep(this.#topology, addresses));
  }

  async #buildWorkload(workload: LabWorkload): Promise<void> {
    const [make, ...rest] = workloadSteps(this.#topology, workload);
    if (make === undefined) return;
    const [create, ...links] = make.lines;
    await perform({ namespace: undefined, lines: create === undefined ? [] : [create] });
    this.#configure(workload.namespace, 'workload');
    await perform({ namespace: undefined, lines: links });
    for (const step of rest) await perform(step);
  }

  #configure(namespace: NamespaceName, role: Parameters<typeof settingsOf>[0]): void {
    // /proc/sys/net shows the namespace of the thread that looks.
    this.#scope.inside(namespace, () => {
      for (const [path, value] of settingsOf(role)) writeFileSync(`/proc/sys/net/${path}`, value);
    });
  }
}

const namespacesOf = (run: string): string[] => {
  try {
    return readdirSync('/run/netns').filter((name) => name.startsWith(namespacePrefix(run)));
  } catch {
    return [];
  }
};

/** Ends what runs in the namespaces of a lab and removes them. Synchronous, so that it also works on the way out. Safe to repeat. */
export const demolish = (run: string): void => {
  for (const name of namespacesOf(run)) {
    for (const pid of pidsIn(name)) if (pid !== process.pid) tryTo(() => process.kill(pid, 'SIGKILL'));
  }
  for (const name of namespacesOf(run)) tryTo(() => execFileSync('ip', ['netns', 'del', name], { stdio: 'ignore' }));
};

const pidsIn = (name: string): number[] => {
  try {
    return execFileSync('ip', ['netns', 'pids', name], { encoding: 'utf8' }).split('\n').filter(Boolean).map(Number);
  } catch {
    return [];
  }
};

const tryTo = (action: () => void): void => {
  try {
    action();
  } catch {
    // Already gone: which is what was wanted.
  }
};

/** Names of lab runs that still have namespaces on this machine. */
export const standingRuns = (): string[] => {
  try {
    const runs = readdirSync('/run/netns').flatMap((name) => /^firsthop-([\da-f]+)-/.exec(name)?.[1] ?? []);
    return [...new Set(runs)];
  } catch {
    return [];
  }
};
