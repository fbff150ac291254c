/**
 * Starts the lab's managers and agents, each in its namespace, and starts them again on demand.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';

const appMain = (app: 'manager' | 'agent'): string => join(import.meta.dirname, '..', '..', '..', app, 'src', 'main.ts');

export interface ProcessSpec {
  readonly app: 'manager' | 'agent';
  /** Unique in the lab. */
  readonly name: string;
  /** Command and arguments before the program: how to get into its namespace. */
  readonly enter: readonly string[];
  readonly configFile: string;
  readonly logFile: string;
}

export class LabProcesses {
  readonly #onStart: (pid: number) => void;
  readonly #running = new Map<string, { readonly spec: ProcessSpec; readonly child: ChildProcess }>();

  constructor(onStart: (pid: number) => void) {
    this.#onStart = onStart;
  }

  start(spec: ProcessSpec): void {
    const log = openSync(spec.logFile, 'a');
    const [program = process.execPath, ...args] = [...spec.enter, process.execPath, appMain(spec.app), spec.configFile];
    const child = spawn(program, args, { stdio: ['ignore', log, log] });
    closeSync(log);
    if (child.pid !== undefined) this.#onStart(child.pid);
    this.#running.set(spec.name, { spec, child });
  }

  /** Without any chance to clean up. */
  async kill(name: string): Promise<void> {
    await this.#end(name, 'SIGKILL');
  }

  restart(name: string): void {
    const known = this.#running.get(name);
    if (known === undefined) throw new Error(`the lab runs no ${name}`);
    this.start(known.spec);
  }

  names(): string[] {
    return [...this.#running.keys()];
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((name) => this.#end(name, 'SIGTERM')));
  }

  async #end(name: string, signal: NodeJS.Signals): Promise<void> {
    const child = this.#running.get(name)?.child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    const insist = setTimeout(() => child.kill('SIGKILL'), 3000);
    await ended;
    clearTimeout(insist);
  }
}
