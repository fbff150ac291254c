/**
 * Arguments: `serve ADDRESS PORT`, or `connect ADDRESS PORT`. A server takes connections and ends them; a client makes as many as it is told on a
 * line of its input, one after the other, and answers how long that took, and how much of a processor. By system calls alone, so that what is
 * measured is the kernel.
 */
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import type * as Koffi from 'koffi';

const koffi = createRequire(import.meta.url)('koffi') as typeof Koffi;
const library = koffi.load(null);
const call = {
  socket: library.func('int socket(int, int, int)'),
  bind: library.func('int bind(int, void*, uint32_t)'),
  listen: library.func('int listen(int, int)'),
  accept: library.func('int accept(int, void*, void*)'),
  connect: library.func('int connect(int, void*, uint32_t)'),
  setsockopt: library.func('int setsockopt(int, int, int, void*, uint32_t)'),
  close: library.func('int close(int)'),
};

const [role, host = '', port = ''] = process.argv.slice(2);
const [AF_INET, SOCK_STREAM, SOL_SOCKET, SO_REUSEADDR, SO_LINGER] = [2, 1, 1, 2, 13];
const address = Buffer.alloc(16);
address.writeUInt16LE(AF_INET);
address.writeUInt16BE(Number(port), 2);
for (const [i, byte] of host.split('.').entries()) address[4 + i] = Number(byte);
/** Ended by a reset: no connection stays behind to wait for its end. */
const abrupt = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
const yes = Buffer.from([1, 0, 0, 0]);

const failed = (what: string): never => {
  throw new Error(`${what} fails with errno ${koffi.errno()}`);
};

const serve = (): never => {
  const listener = Number(call.socket(AF_INET, SOCK_STREAM, 0));
  call.setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, yes, 4);
  if (Number(call.bind(listener, address, 16)) < 0 || Number(call.listen(listener, 4096)) < 0) failed('listen');
  process.stdout.write('ready\n');
  for (;;) {
    const fd = Number(call.accept(listener, null, null));
    if (fd >= 0) call.close(fd);
  }
};

const connectOften = (times: number): void => {
  for (let i = 0; i < times; i++) {
    const fd = Number(call.socket(AF_INET, SOCK_STREAM, 0));
    if (Number(call.connect(fd, address, 16)) < 0) failed('connect');
    call.setsockopt(fd, SOL_SOCKET, SO_LINGER, abrupt, 8);
    call.close(fd);
  }
};

if (role === 'serve') serve();
for await (const line of createInterface({ input: process.stdin })) {
  const [cpu, begun] = [process.cpuUsage(), process.hrtime.bigint()];
  connectOften(Number(line));
  const [us, spent] = [Number(process.hrtime.bigint() - begun) / 1000, process.cpuUsage(cpu)];
  process.stdout.write(`${JSON.stringify({ us, cpu_us: spent.user + spent.system })}\n`);
}
