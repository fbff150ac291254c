import koffi from 'koffi';
import { execFile, execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MalformedError } from '../attributes/codec.ts';
import { Writer } from '../attributes/writer.ts';
import { KernelError } from './kernel-error.ts';
import { Listener, type ListenerOptions } from './listener.ts';
import { NetlinkSocket, netlinkProtocol } from './netlink-socket.ts';

/** Not of the lab: whoever tidies up its remains would take it for one. */
const name = `netlink-listener-${process.pid}`;
const namespace = `/run/netns/${name}`;
const groupOfLinks = 1;
const newLink = 16;

beforeAll(() => void execFileSync('ip', ['netns', 'add', name]));
afterAll(() => void execFileSync('ip', ['netns', 'del', name]));

const open: Listener[] = [];
// Only what changes is told.
beforeEach(() => upAndDown(1));
afterEach(() => {
  for (const listener of open.splice(0)) listener.close();
});

interface Heard {
  readonly types: number[];
  readonly overruns: number[];
  readonly errors: Error[];
}

const listen = (options: Partial<ListenerOptions> = {}): { readonly heard: Heard; readonly listener: Listener } => {
  const heard: Heard = { types: [], overruns: [], errors: [] };
  const listener = new Listener(netlinkProtocol.route, {
    namespace,
    groups: [groupOfLinks],
    onMessage: ({ type }) => void heard.types.push(type),
    onOverrun: ({ datagrams }) => void heard.overruns.push(datagrams),
    onError: (error) => void heard.errors.push(error),
    ...options,
  });
  open.push(listener);
  return { heard, listener };
};

const ip = (...commands: string[]): void => void execFileSync('ip', ['-n', name, '-batch', '-'], { input: `${commands.join('\n')}\n` });
const upAndDown = (times: number): void => ip(...Array.from({ length: times }, () => ['link set lo up', 'link set lo down']).flat());

/** Of sockets of the namespace, of all processes. */
const ports = (): number[] => {
  const lines = execFileSync('ip', ['netns', 'exec', name, 'cat', '/proc/net/netlink'], { encoding: 'utf8' }).split('\n').slice(1);
  return lines.flatMap((line) => (line === '' ? [] : Number(line.trim().split(/\s+/)[2])));
};

/** A message of links without content. */
const emptyLink = (): Buffer => {
  const writer = new Writer();
  writer.endMessage(writer.beginMessage(newLink, 0, 0));
  return writer.bytes();
};

/** What no kernel says. */
const sendTo = (port: number, bytes: Buffer): void => {
  const send = koffi.load('libc.so.6').func('long sendto(int, void*, size_t, int, void*, uint32_t)');
  const address = Buffer.alloc(12);
  address.writeUInt16LE(16);
  address.writeUInt32LE(port, 4);
  const socket = new NetlinkSocket(netlinkProtocol.route, { namespace });
  expect(Number(send(socket.descriptor, bytes, bytes.length, 0, address, address.length))).toBe(bytes.length);
  socket.close();
};

describe('a listener', () => {
  it('hears its groups, and nothing once it is closed', async () => {
    const { heard, listener } = listen();
    upAndDown(2);
    await expect.poll(() => heard.types.length).toBe(4);
    expect(heard.types).toEqual([newLink, newLink, newLink, newLink]);
    // It is in the kernel when it is closed.
    upAndDown(1);
    listener.close();
    listener.close();
    upAndDown(1);
    await delay(50);
    expect(heard).toMatchObject({ types: { length: 4 }, overruns: [], errors: [] });
  });

  it('hears nothing more when it is closed by whom it calls', async () => {
    const before = ports();
    const closeBoth = (): void => {
      counts.push(1);
      for (const { listener } of both) listener.close();
    };
    const counts: number[] = [];
    const first = listen({ onMessage: closeBoth });
    const [port] = ports().filter((one) => !before.includes(one));
    const both = [first, listen({ onMessage: closeBoth })];
    // Two messages in a datagram, and more datagrams, for both.
    sendTo(port!, Buffer.concat([emptyLink(), emptyLink()]));
    upAndDown(3);
    await delay(50);
    expect(counts).toEqual([1]);
    for (const { heard } of both) expect(heard.errors).toEqual([]);
  });

  it('says what is lost even while it hears that something was', async () => {
    // As long as the kernel has not seen the rest read, it drops without a word.
    let isFirst = true;
    const { heard } = listen({
      receiveRoom: 2048,
      onOverrun: ({ datagrams }) => {
        heard.overruns.push(datagrams);
        if (isFirst) upAndDown(5);
        isFirst = false;
      },
    });
    upAndDown(20);
    await expect.poll(() => heard.types.length + heard.overruns.reduce((sum, datagrams) => sum + datagrams, 0)).toBe(50);
    expect(heard.overruns.length).toBeGreaterThan(1);
  });

  it('says what it lost, and hears what comes then', async () => {
    const { heard } = listen({ receiveRoom: 2048 });
    for (let i = 1; i <= 3; i++) {
      upAndDown(20);
      await expect.poll(() => heard.overruns.length).toBeGreaterThanOrEqual(i);
    }
    const lost = heard.overruns.reduce((sum, datagrams) => sum + datagrams, 0);
    expect(lost).toBeGreaterThan(0);
    expect(heard.types.length + lost).toBe(120);
    const before = heard.types.length;
    ip('link set lo up');
    await expect.poll(() => heard.types.length).toBe(before + 1);
    expect(heard.errors).toEqual([]);
  });

  it('passes on what a handler throws, and goes on', async () => {
    let count = 0;
    const { heard } = listen({
      onMessage: () => {
        if (++count % 2 === 0) throw new Error(`the handler failed at ${count}`);
      },
    });
    upAndDown(2);
    await expect.poll(() => count).toBe(4);
    expect(heard.errors.map(({ message }) => message)).toEqual(['the handler failed at 2', 'the handler failed at 4']);
  });

  it('passes on what is no message, and goes on', async () => {
    const before = ports();
    const { heard } = listen();
    const [port] = ports().filter((one) => !before.includes(one));
    const good = emptyLink();
    const tooLong = Buffer.concat([good, good]);
    tooLong.writeUInt32LE(17, good.length);
    for (const bytes of [tooLong, Buffer.alloc(16), good]) sendTo(port!, bytes);
    await expect.poll(() => heard.types).toEqual([newLink, newLink]);
    expect(heard.errors).toEqual([expect.any(MalformedError), expect.any(MalformedError)]);
  });

  it('finds room for a datagram of any size', async () => {
    const before = ports();
    const { heard } = listen();
    const [port] = ports().filter((one) => !before.includes(one));
    const large = new Writer(100_000);
    const at = large.beginMessage(newLink, 0, 0);
    large.raw(Buffer.alloc(100_000));
    large.endMessage(at);
    for (let i = 0; i < 2; i++) sendTo(port!, large.bytes());
    await expect.poll(() => heard.types).toEqual([newLink]);
    expect(heard.overruns).toEqual([0]);
  });

  it.each([
    { what: 'a namespace that is not there', options: { namespace: '/run/netns/firsthop-none' }, said: /ENOENT/ },
    { what: 'a group that is not there', options: { groups: [100_000] }, said: KernelError },
  ])('refuses $what', ({ options, said }) => {
    expect(() => listen(options)).toThrow(said);
  });

  it('leaves no thread and no descriptor', async () => {
    const counts = (): number[] => ['fd', 'task'].map((kind) => readdirSync(`/proc/self/${kind}`).length);
    const cycle = async (): Promise<void> => {
      const { heard, listener } = listen();
      upAndDown(1);
      await expect.poll(() => heard.types.length, { interval: 1 }).toBe(2);
      listener.close();
    };
    for (let i = 0; i < 3; i++) await cycle();
    await delay(50);
    const before = counts();
    for (let i = 0; i < 50; i++) await cycle();
    for (let i = 0; i < 50; i++) expect(() => listen({ groups: [100_000] })).toThrow();
    await delay(50);
    expect(counts()).toEqual(before);
  });
});

describe('a process', () => {
  const program = (keepsProcess: boolean): string => `
    const { Listener } = await import(${JSON.stringify(new URL('listener.ts', import.meta.url).href)});
    const first = Promise.withResolvers();
    const listener = new Listener(0, { namespace: ${JSON.stringify(namespace)}, groups: [1], keepsProcess: ${keepsProcess}, onMessage: ({ type }) => first.resolve(type), onOverrun() {}, onError() {} });
    console.log('listens');`;
  const nodeArguments = (text: string): string[] => ['--input-type=module', '-e', text];

  it.each([
    { how: 'though it listens', more: '' },
    { how: 'by its own decision', more: 'process.exit();' },
    // Between the last turn of the event loop and the end of everything, where no JavaScript can run any more.
    { how: 'though something comes at the last moment', more: `process.on('exit', () => execFileSync('ip', ['-n', ${JSON.stringify(name)}, 'link', 'set', 'lo', 'up']));` },
  ])('ends $how', async ({ more }) => {
    const { stdout } = await promisify(execFile)(process.execPath, nodeArguments(`import { execFileSync } from 'node:child_process';${program(false)}\n${more}`), { timeout: 20_000 });
    expect(stdout).toBe('listens\n');
  });

  it('stays where the listener is to keep it, until that is closed', async () => {
    // Nothing else is in that process that would make its promises go on.
    const ended = promisify(execFile)(process.execPath, nodeArguments(`${program(true)}\nconsole.log(await first.promise);\nlistener.close();`), { timeout: 20_000 });
    let isOver = false;
    void ended.then(() => (isOver = true));
    await new Promise((resolve) => ended.child.stdout?.once('data', resolve));
    await delay(300);
    expect(isOver).toBe(false);
    upAndDown(1);
    expect((await ended).stdout).toBe(`listens\n${newLink}\n`);
  });

  it('does not listen in a worker thread, which could be terminated meanwhile', async () => {
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(program(true))}`), { stdout: true });
    await expect(new Promise((resolve, reject) => worker.once('exit', resolve).once('error', reject))).rejects.toThrow(/only the main thread/);
  });
});
