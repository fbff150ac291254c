/**
 * One manager and a fleet of agents, each in a process of its own, and what it takes to serve them.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { issueFleet } from './credentials.ts';
import { hear, type Order } from './messages.ts';
import type { Misbehaviour } from './misbehaviour.ts';

export interface FleetRun {
  readonly agents: number;
  readonly perSecond: number;
  readonly seconds: number;
  /** Which share of the agents misbehaves while there is churn, and how. */
  readonly bad: { readonly share: number; readonly how: Misbehaviour };
  /** Without TLS. Not said: with it. */
  readonly isPlain?: boolean;
}

/** A process that answers each order with a line; those that it says by itself are told apart by a key that they have. */
class Part {
  readonly #child: ChildProcess;
  readonly #said: Record<string, number>[] = [];
  #waiting: { readonly key: string; readonly resolve: (said: Record<string, number>) => void; readonly reject: (error: Error) => void } | undefined;

  constructor(script: string, args: readonly string[]) {
    // One descriptor a connection.
    this.#child = spawn('sh', ['-c', 'ulimit -n "$(ulimit -H -n)"; exec "$@"', 'sh', process.execPath, fileURLToPath(new URL(script, import.meta.url)), ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    if (this.#child.stdout !== null) hear(this.#child.stdout, (said) => this.#heard(said));
    this.#child.on('exit', (code) => this.#waiting?.reject(new Error(`${script} ended with ${code}`)));
  }

  order(order: Order): void {
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  /** The next thing that it says with this key in it. */
  says(key: string): Promise<Record<string, number>> {
    const at = this.#said.findIndex((said) => key in said);
    if (at >= 0) return Promise.resolve(this.#said.splice(at, 1)[0] ?? {});
    return new Promise((resolve, reject) => (this.#waiting = { key, resolve, reject }));
  }

  end(): void {
    this.#waiting = undefined;
    this.#child.kill('SIGKILL');
  }

  #heard(said: Record<string, number>): void {
    const waiting = this.#waiting;
    if (waiting === undefined || !(waiting.key in said)) return void this.#said.push(said);
    this.#waiting = undefined;
    waiting.resolve(said);
  }
}

const part = (of: Record<string, number>, key: string): number => of[key] ?? Number.NaN;

const withPrefix = (prefix: string, said: Record<string, number>, keys: RegExp): Record<string, number> => Object.fromEntries(Object.entries(said).flatMap(([key, value]) => (keys.test(key) ? [[`${prefix}${key}`, value]] : [])));
const pauses = /^(loop|young_gc|old_gc)_/u;

/** `say` tells people how far it is. Times in milliseconds where it says so, sizes in kilobytes and megabytes of ten. */
export const runFleet = async ({ agents, perSecond, seconds, bad, isPlain = false }: FleetRun, say: (text: string) => void): Promise<Record<string, number>> => {
  const folder = mkdtempSync(join(tmpdir(), 'firsthop-fleet-'));
  const credentials = join(folder, 'credentials.json');
  const parts: Part[] = [];
  const start = (script: string, ...args: readonly string[]): Part => {
    const made = new Part(script, args);
    parts.push(made);
    return made;
  };
  try {
    say(`${agents} certificates`);
    await issueFleet(credentials, agents);
    say('loading the cluster');
    const manager = start('fleet-manager.ts', credentials, String(agents), isPlain ? 'plain' : 'tls');
    const base = await manager.says('port');
    say('connecting');
    const fleet = start('fleet-agents.ts', `${isPlain ? 'ws' : 'wss'}://127.0.0.1:${base['port']}`, credentials, String(agents));
    const connected = await fleet.says('synced');
    manager.order({ do: 'tell' });
    const full = await manager.says('rss_mb');
    fleet.order({ do: 'misbehave', ...bad });
    await fleet.says('misbehaving');
    say('changing');
    manager.order({ do: 'churn', perSecond, seconds });
    const churned = await manager.says('churned');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    manager.order({ do: 'tell' });
    const after = await manager.says('rss_mb');
    fleet.order({ do: 'tell' });
    const heard = await fleet.says('received');
    if (part(heard, 'wrong') > 0) throw new Error(`${heard['wrong']} messages did not fit`);
    return {
      connected_s: part(connected, 'seconds'),
      plans_mb: part(connected, 'bytes') / 1e6,
      connect_cpu_s: part(full, 'cpu_s') - part(base, 'cpu_s'),
      base_rss_mb: part(base, 'rss_mb'),
      rss_mb: part(full, 'rss_mb'),
      rss_kb_per_agent: ((part(full, 'rss_mb') - part(base, 'rss_mb')) * 1000) / agents,
      heap_kb_per_agent: ((part(full, 'heap_mb') - part(base, 'heap_mb')) * 1000) / agents,
      rss_after_churn_mb: part(after, 'rss_mb'),
      churn_s: part(churned, 'seconds'),
      churn_cpu_s: part(after, 'cpu_s') - part(full, 'cpu_s'),
      mean_span: part(churned, 'mean_span'),
      widest_span: part(churned, 'widest'),
      messages: part(heard, 'received'),
      changes_mb: part(heard, 'bytes') / 1e6,
      bytes_per_message: part(heard, 'bytes') / part(heard, 'received'),
      left: part(heard, 'left'),
      heap_after_churn_mb: part(after, 'heap_mb'),
      ...withPrefix('', heard, /^lag_/u),
      ...withPrefix('', churned, /^sent_/u),
      ...withPrefix('manager_', churned, pauses),
      ...withPrefix('agents_', heard, pauses),
    };
  } finally {
    for (const one of parts) one.end();
    rmSync(folder, { recursive: true });
  }
};
