/**
 * A Kubernetes API server with its etcd, on loopback, for one test: no nodes, no controllers, nobody else.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ApiServerPrograms } from './obtain.ts';

export interface Answer {
  readonly code: number;
  readonly body: unknown;
}

/** Nobody has it when it is asked for; somebody may before it is used. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
};

const patienceMs = 60_000;

export class RunningApiServer {
  readonly url: URL;
  /** Of somebody who may do everything. */
  readonly token: string;
  readonly #folder: string;
  readonly #children: ChildProcess[] = [];
  #command: readonly [program: string, args: readonly string[]] = ['', []];
  #apiServer: ChildProcess | undefined;

  private constructor(folder: string, port: number, token: string) {
    this.#folder = folder;
    this.url = new URL(`https://127.0.0.1:${port}`);
    this.token = token;
  }

  static async start({ apiServer, etcd }: ApiServerPrograms): Promise<RunningApiServer> {
    const folder = mkdtempSync(join(tmpdir(), 'firsthop-apiserver-'));
    const [client, peer, port] = [await freePort(), await freePort(), await freePort()];
    const token = randomBytes(16).toString('hex');
    const made = new RunningApiServer(folder, port, token);
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs1', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
    for (const [name, text] of Object.entries({ 'tokens.csv': `${token},admin,admin,system:masters\n`, 'account.key': privateKey, 'account.pub': publicKey })) writeFileSync(join(folder, name), text, { mode: 0o600 });
    made.#run(etcd, ['--data-dir', join(folder, 'etcd'), '--listen-client-urls', `http://127.0.0.1:${client}`, '--advertise-client-urls', `http://127.0.0.1:${client}`, '--listen-peer-urls', `http://127.0.0.1:${peer}`, '--unsafe-no-fsync']);
    const settings = {
      'etcd-servers': `http://127.0.0.1:${client}`,
      'bind-address': '127.0.0.1',
      'secure-port': String(port),
      'cert-dir': join(folder, 'certificates'),
      'token-auth-file': join(folder, 'tokens.csv'),
      'authorization-mode': 'RBAC',
      'service-account-issuer': 'https://kubernetes.default.svc',
      'service-account-key-file': join(folder, 'account.pub'),
      'service-account-signing-key-file': join(folder, 'account.key'),
      'service-cluster-ip-range': '10.96.0.0/16',
      // There are no controllers that would make the accounts which it asks for.
      'disable-admission-plugins': 'ServiceAccount',
    };
    made.#command = [apiServer, Object.entries(settings).map(([name, value]) => `--${name}=${value}`)];
    try {
      made.#apiServer = made.#run(...made.#command);
      await made.#ready();
    } catch (error) {
      const said = readFileSync(join(folder, 'said'), 'utf8').split('\n').slice(-20).join('\n');
      await made.stop();
      throw new Error(`the API server did not come up: ${String(error)}\n${said}`, { cause: error });
    }
    return made;
  }

  /** What the server signs itself with: made by itself. */
  get ca(): string {
    return readFileSync(join(this.#folder, 'certificates', 'apiserver.crt'), 'utf8');
  }

  /** As JSON. A patch is a merge patch. */
  ask(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<Answer> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    return new Promise((resolve, reject) => {
      const asked = request(new URL(path, this.url), { method, rejectUnauthorized: false, headers: { authorization: `Bearer ${this.token}`, ...(text === undefined ? {} : { 'content-type': type }) } }, (answer) => {
        let said = '';
        answer.setEncoding('utf8').on('data', (piece: string) => (said += piece));
        answer.on('error', reject);
        answer.on('end', () => {
          let read: unknown = said;
          try {
            read = JSON.parse(said);
          } catch {
            // `/readyz` says it in words.
          }
          resolve({ code: answer.statusCode ?? 0, body: read });
        });
      });
      asked.on('error', reject);
      asked.end(text);
    });
  }

  /** It keeps its connections, and says nothing. */
  pause(): void {
    this.#apiServer?.kill('SIGSTOP');
  }

  resume(): void {
    this.#apiServer?.kill('SIGCONT');
  }

  /** Killed, and started again on the same store. */
  async restart(): Promise<void> {
    const was = this.#apiServer;
    if (was !== undefined) {
      this.#children.splice(this.#children.indexOf(was), 1);
      was.kill('SIGKILL');
      await once(was, 'exit');
    }
    this.#apiServer = this.#run(...this.#command);
    await this.#ready();
  }

  async stop(): Promise<void> {
    for (const child of this.#children.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #run(program: string, args: readonly string[]): ChildProcess {
    // A test that is killed takes them with it.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.on('error', (error) => writeFileSync(join(this.#folder, 'said'), `${program}: ${error.message}\n`, { flag: 'a' }));
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => writeFileSync(join(this.#folder, 'said'), text, { flag: 'a' }));
    this.#children.push(child);
    return child;
  }

  async #ready(): Promise<void> {
    for (const until = Date.now() + patienceMs; ; await delay(100)) {
      if (this.#children.some(({ exitCode }) => exitCode !== null)) throw new Error('a process ended');
      const answer = await this.ask('GET', '/readyz').catch(() => undefined);
      if (answer?.code === 200) return;
      if (Date.now() > until) throw new Error(`not ready after ${patienceMs / 1000} s`);
    }
  }
}
