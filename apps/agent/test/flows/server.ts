/** Arguments: ADDRESS PORT PERIOD_MS. Once somebody has spoken to it, by TCP or UDP, it says something to him in each period, answered or not. */
import { createSocket } from 'node:dgram';
import { createServer, type Socket } from 'node:net';
import { pump } from './pump.ts';

const [address = '', port = '', period = ''] = process.argv.slice(2);
const sockets: Socket[] = [];
const peers = new Map<number, string>();
const ports: number[] = [];
const quiet = (): void => undefined;
const tcp = createServer({ noDelay: true }, (socket) => {
  sockets.push(socket);
  socket.on('error', quiet).on('data', quiet);
});
const udp = createSocket({ type: 'udp4', recvBufferSize: 1 << 22, sendBufferSize: 1 << 22 });
udp.on('error', quiet).on('message', (_, from) => {
  const key = from.port + 65_536 * Number(from.address.split('.')[3]);
  if (!peers.has(key)) ports.push(key);
  peers.set(key, from.address);
});
pump(Number(period), () => sockets.length, (i) => void sockets[i]?.write('x'));
pump(Number(period), () => ports.length, (i) => udp.send('x', (ports[i] ?? 0) % 65_536, peers.get(ports[i] ?? 0), quiet));
tcp.listen({ port: Number(port), host: address, backlog: 4096 }, () => udp.bind(Number(port), address, () => console.log('ready')));
