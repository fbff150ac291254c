/**
 * Arguments: ADDRESS PORT PERIOD_MS COUNT. Holds COUNT TCP connections and COUNT UDP flows open and speaks on each in each period; says `ready` when
 * it has heard something on each; then, for each line on its input, one line of JSON about what it heard on each flow.
 */
import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { pump } from './pump.ts';

const [address = '', port = '', period = '', size = ''] = process.argv.slice(2);
const count = Number(size);
/** TCP first, then UDP. */
const heard = Array.from({ length: 2 * count }, () => 0);
const lastAt = Array.from({ length: 2 * count }, () => 0);
const ended = Array.from({ length: 2 * count }, () => 0);
const hear = (i: number) => (): void => {
  heard[i] = (heard[i] ?? 0) + 1;
  lastAt[i] = Date.now();
};
const end = (i: number) => (): void => void (ended[i] = 1);

const sockets: Socket[] = [];
const datagrams: Datagrams[] = [];
const quiet = (): void => undefined;
for (let i = 0; i < count; i++) {
  sockets.push(connect({ port: Number(port), host: address, noDelay: true }).on('data', hear(i)).on('error', end(i)).on('close', end(i)));
  const socket = createSocket('udp4');
  socket.on('message', hear(count + i)).on('error', quiet);
  await new Promise<void>((resolve) => socket.connect(Number(port), address, resolve));
  datagrams.push(socket);
  if (i % 50 === 0) await delay(2);
}
pump(Number(period), () => count, (i) => void sockets[i]?.write('x'));
pump(Number(period), () => count, (i) => datagrams[i]?.send('x', quiet));
while (heard.includes(0)) await delay(50);
console.log('ready');
createInterface(process.stdin).on('line', () => console.log(JSON.stringify({ heard, lastAt, ended })));
