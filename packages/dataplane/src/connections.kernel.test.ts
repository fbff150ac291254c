/** Connections of a real kernel as policy sees them: behind the translation of Services, and whether this host began them. */
import { formatAddress } from '@firsthop/netaddr';
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Connection } from './connection.ts';
import { kernelConnections } from './connections.ts';

const [host, pod] = ['h', 'p'].map((end) => `fhcon${end}-${process.pid}`) as [string, string];
const ip = (...args: readonly string[]): void => void execFileSync('ip', args);

beforeAll(() => {
  for (const name of [host, pod]) ip('netns', 'add', name);
  ip('-n', host, 'link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1', 'netns', pod);
  for (const [name, device, last] of [[host, 'v0', '1'], [pod, 'v1', '2']] as const) {
    ip('-n', name, 'address', 'add', `10.77.0.${last}/24`, 'dev', device);
    ip('-n', name, 'link', 'set', device, 'up');
  }
  ip('-n', pod, 'route', 'add', 'default', 'via', '10.77.0.1');
  execFileSync('ip', ['netns', 'exec', host, 'nft', '-f', '-'], { input: 'table ip t {\nchain p { type nat hook output priority -100; ip daddr 10.96.0.1 udp dport 53 dnat to 10.77.0.2:5353\n}\nchain f { type filter hook input priority 0; ct state new accept\n}\n}\n' });
});
afterAll(() => {
  for (const name of [host, pod]) ip('netns', 'del', name);
});

const send = (from: string, to: string, port: number): void => {
  execFileSync('ip', ['netns', 'exec', from, process.execPath, '-e', `const s = require('dgram').createSocket('udp4'); s.send('x', ${port}, '${to}', () => s.close())`]);
};

it('say whom they are with, and whether this host began them; only what is chosen is ended', async () => {
  ip('-n', host, 'route', 'add', '10.96.0.1/32', 'via', '10.77.0.2');
  send(host, '10.96.0.1', 53);
  send(pod, '10.77.0.1', 9);
  const connections = kernelConnections({ namespace: `/run/netns/${host}` });
  const listed = async (): Promise<string[]> => {
    const seen: Connection[] = [];
    expect(await connections.endWhere((one) => (seen.push(one), false))).toBe(0);
    return seen.filter(({ protocol, port }) => protocol === 17 && (port === 5353 || port === 9)).map(({ from, to, port, isFromHost }) => `${formatAddress(from)} > ${formatAddress(to)} ${port} ${isFromHost ? 'own' : 'foreign'}`).sort();
  };
  expect(await listed()).toEqual(['10.77.0.1 > 10.77.0.2 5353 own', '10.77.0.2 > 10.77.0.1 9 foreign']);
  expect(await connections.endWhere(({ port, isFromHost }) => port === 9 && !isFromHost)).toBe(1);
  expect(await listed()).toEqual(['10.77.0.1 > 10.77.0.2 5353 own']);
  connections.close();
});
