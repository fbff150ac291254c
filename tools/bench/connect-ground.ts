/**
 * A node between a client and a pod, each a network namespace, in which connections are made; as many of them side by side as there are rulesets
 * to compare.
 *
 * @module
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { withinNamespace } from '@firsthop/netlink';

export const clientAddress = '10.9.0.2';
export const podAddress = '10.9.0.1';
const gateway = '169.254.1.1';
const script = fileURLToPath(new URL('./connect-load.ts', import.meta.url));

export interface Round {
  readonly us: number;
  readonly cpu_us: number;
}

const ip = (...args: readonly string[]): void => void execFileSync('ip', args);

const plug = (node: string, other: string, device: string, address: string): void => {
  ip('netns', 'add', other);
  ip('-n', node, 'link', 'add', device, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', other);
  ip('-n', node, 'link', 'set', device, 'up');
  ip('-n', node, 'addr', 'add', `${gateway}/32`, 'dev', device);
  ip('-n', node, 'route', 'add', `${address}/32`, 'dev', device);
  for (const link of ['lo', 'eth0']) ip('-n', other, 'link', 'set', link, 'up');
  ip('-n', other, 'addr', 'add', `${address}/32`, 'dev', 'eth0');
  ip('-n', other, 'route', 'add', gateway, 'dev', 'eth0', 'scope', 'link');
  ip('-n', other, 'route', 'add', 'default', 'via', gateway);
};

export class ConnectGround {
  readonly node: string;
  readonly #names: readonly string[];
  readonly #children: ChildProcess[] = [];
  #answers: AsyncIterator<string> | undefined;
  #client: ChildProcess | undefined;

  constructor(name: string) {
    this.node = `${name}-n`;
    this.#names = [this.node, `${name}-c`, `${name}-p`];
  }

  /** Devices of the node: `client0` and `pod0`. */
  build(): void {
    const [node = '', client = '', pod = ''] = this.#names;
    ip('netns', 'add', node);
    withinNamespace(`/run/netns/${node}`, () => {
      writeFileSync('/proc/sys/net/ipv4/ip_forward', '1');
    });
    plug(node, client, 'client0', clientAddress);
    plug(node, pod, 'pod0', podAddress);
  }

  async start(port: number): Promise<void> {
    const [, client = '', pod = ''] = this.#names;
    const server = this.#spawn(pod, ['serve', podAddress, String(port)]);
    await lines(server)[Symbol.asyncIterator]().next();
    this.#client = this.#spawn(client, ['connect', podAddress, String(port)]);
    this.#answers = lines(this.#client)[Symbol.asyncIterator]();
  }

  /** So many connections, one after the other. */
  async round(connections: number): Promise<Round> {
    this.#client?.stdin?.write(`${connections}\n`);
    const answer = await this.#answers?.next();
    if (answer === undefined || answer.done === true) throw new Error(`the client of ${this.node} has ended`);
    return JSON.parse(answer.value) as Round;
  }

  remove(): void {
    for (const child of this.#children) child.kill('SIGKILL');
    for (const name of this.#names) {
      try {
        ip('netns', 'del', name);
      } catch {
        // It was not made.
      }
    }
  }

  /** All on one core, so that the rate is the cost of the whole way. */
  #spawn(netns: string, args: readonly string[]): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', netns, 'taskset', '-c', '0', process.execPath, script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#children.push(child);
    return child;
  }
}

const lines = (child: ChildProcess): Interface => {
  if (child.stdout === null) throw new Error('a child has an output');
  return createInterface({ input: child.stdout });
};
