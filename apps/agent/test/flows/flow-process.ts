/**
 * The programs of this folder, each in a namespace.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** One entry a flow. */
export interface FlowReport {
  readonly heard: readonly number[];
  /** Milliseconds of the Unix clock. */
  readonly lastAt: readonly number[];
  /** 1: closed or reset. */
  readonly ended: readonly number[];
}

export class FlowProcess {
  readonly #child: ChildProcess;
  readonly #lines: Interface;

  private constructor(child: ChildProcess, lines: Interface) {
    this.#child = child;
    this.#lines = lines;
  }

  /** Resolves when it is ready. */
  static async start(namespace: string, program: 'server' | 'client', ...args: readonly (string | number)[]): Promise<FlowProcess> {
    const child = spawn('ip', ['netns', 'exec', namespace, process.execPath, fileURLToPath(new URL(`${program}.ts`, import.meta.url)), ...args.map(String)], { stdio: ['pipe', 'pipe', 'inherit'] });
    const started = new FlowProcess(child, createInterface(child.stdout));
    await started.#line();
    return started;
  }

  async report(): Promise<FlowReport> {
    const line = this.#line();
    this.#child.stdin?.write('\n');
    return JSON.parse(await line) as FlowReport;
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }

  #line(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#lines.once('line', resolve);
      this.#child.once('exit', (code) => reject(new Error(`it ended with ${code}`)));
    });
  }
}
