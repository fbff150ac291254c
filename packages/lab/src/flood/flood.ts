/**
 * Packets at a rate, from a namespace, by a process of their own.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { FloodPacket } from './flood-packets.ts';

const program = fileURLToPath(new URL('flood-program.ts', import.meta.url));

export interface FloodOptions {
  /** `ip netns` name; its kernel routes the packets. */
  readonly namespace: string;
  /** Of all packets together. */
  readonly perSecond: number;
  /** Sent in turn. */
  readonly packets: readonly FloodPacket[];
}

export interface Flooded {
  /** How often each packet left, in their order. */
  readonly sent: readonly number[];
  readonly seconds: number;
}

export class Flood {
  readonly #child: ChildProcess;
  readonly #lines: Interface;

  private constructor(child: ChildProcess, lines: Interface) {
    this.#child = child;
    this.#lines = lines;
  }

  static async start({ namespace, perSecond, packets }: FloodOptions): Promise<Flood> {
    const order = JSON.stringify({ perSecond, packets }, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
    const child = spawn('ip', ['netns', 'exec', namespace, process.execPath, program, order], { stdio: ['pipe', 'pipe', 'inherit'] });
    const flood = new Flood(child, createInterface(child.stdout));
    await flood.#line();
    return flood;
  }

  async stop(): Promise<Flooded> {
    const line = this.#line();
    this.#child.stdin?.end();
    return JSON.parse(await line) as Flooded;
  }

  #line(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#lines.once('line', resolve);
      this.#child.once('error', reject);
      this.#child.once('exit', (code) => reject(new Error(`the flood ended with ${code}`)));
    });
  }
}
