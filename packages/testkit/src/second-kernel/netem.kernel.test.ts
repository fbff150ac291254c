/**
 * T1 on a bad network: packets are late, in another order, and twice, while policy is replaced. No denied one arrives, and a conversation that every one of
 * these policies allows goes on to its end with each of its bytes, whatever conntrack thinks of their order.
 */
import { Flood, type FloodPacket } from '@firsthop/lab';
import { chainEncoding, type Encoding, registerEncoding } from '@firsthop/ruleset';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { formatAddress } from '@firsthop/netaddr';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GuardedGround } from '../guards/guarded-ground.ts';
import { isSecondKernel, kernelCan } from './kernel-abilities.ts';

const CLOSED = 81;
/** Closed as well, by turns, so that each replacement changes something. */
const others = [CLOSED, 9000, 9001];
const OPEN = 80;
const replacements = isSecondKernel ? 60 : 300;
const bytes = 2_000_000;
const perSecond = isSecondKernel ? 2000 : 20_000;
const badNetwork = 'netem delay 8ms 6ms 25% reorder 20% duplicate 10%';
const ground = new GuardedGround(`3${process.pid.toString(16).padStart(3, '0').slice(-3)}`);

const inside = (name: string, ...command: readonly string[]): string => execFileSync('ip', ['netns', 'exec', ground.namespaceOf(name), ...command], { encoding: 'utf8' });
const children: ChildProcess[] = [];
const talk = (name: string, script: string): ChildProcess => {
  const child = spawn('ip', ['netns', 'exec', ground.namespaceOf(name), process.execPath, '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return child;
};
const lineOf = (child: ChildProcess): Promise<string> => new Promise((resolve) => child.stdout?.once('data', (text: Buffer) => resolve(text.toString().trim())));

/** Denied by every policy here: `b` is closed at this port. */
const denied = (): FloodPacket[] =>
  ([0, 1] as const).flatMap((family) => (['UDP', 'TCP'] as const).flatMap((protocol) => Array.from({ length: 8 }, (_, i): FloodPacket => ({ source: ground.addressOf('a', family), destination: ground.addressOf('b', family), protocol, port: CLOSED, mark: 20_000 + i }))));
const counting = `table inet counting {\ncounter denied {\n}\nchain c {\ntype filter hook prerouting priority -400; policy accept;\nth dport ${CLOSED} counter name denied drop\n}\n}`;
const arrived = (): number => Number(/packets (\d+)/.exec(inside('b', 'nft', 'list', 'counters', 'table', 'inet', 'counting'))?.[1]);

/** How many denied packets arrive of those that leave while `change` runs. */
const leakedOf = async (change: () => Promise<void>): Promise<{ readonly sent: number; readonly leaked: number }> => {
  const before = arrived();
  const flood = await Flood.start({ namespace: ground.namespaceOf('a'), perSecond, packets: denied() });
  await change();
  const { sent } = await flood.stop();
  return { sent: sent.reduce((sum, count) => sum + count, 0), leaked: arrived() - before };
};
const replace = async (encoding: Encoding): Promise<void> => {
  const states = others.map((port) => ground.closedAt([...new Set([CLOSED, port])], encoding));
  for (let i = 1; i <= replacements; i++) await ground.realize(states[i % states.length] ?? ground.whole);
};

/** Bytes that `b` has when `a` has said all. */
const transfer = async (family: 0 | 1): Promise<number> => {
  const to = formatAddress(ground.addressOf('b', family));
  const server = talk('b', `let n = 0; require('net').createServer((c) => { c.on('data', (d) => (n += d.length)); c.on('end', () => { console.log(n); process.exit(); }); c.on('error', (e) => { console.log(e.code); process.exit(); }); }).listen(${OPEN}, '${to}', () => console.log('up'))`);
  await lineOf(server);
  const done = lineOf(server);
  talk('a', `const c = require('net').connect(${OPEN}, '${to}'); let left = ${bytes}; const say = () => { if (left <= 0) return c.end(); left -= 20000; c.write(Buffer.alloc(20000), () => setTimeout(say, 20)); }; c.on('connect', say); c.on('error', () => process.exit(1)); c.resume();`);
  return Number(await done);
};

describe.runIf(kernelCan('netem'))('on a bad network', () => {
  beforeAll(async () => {
    await ground.build();
    inside('b', 'nft', counting);
    for (const name of ['a', 'b']) {
      inside(name, 'tc', 'qdisc', 'add', 'dev', ground.cardOf(name), 'root', ...badNetwork.split(' '));
      execFileSync('tc', ['-n', ground.node, 'qdisc', 'add', 'dev', ground.workload(name).device, 'root', ...badNetwork.split(' ')]);
    }
  });
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
    ground.remove();
  });

  it.each([chainEncoding, registerEncoding()])(`${replacements} replacements in $name: none of the denied leaks, none of the allowed is lost`, async (encoding) => {
    await ground.realize(ground.closedAt(CLOSED, encoding));
    const whole = [transfer(0), transfer(1)];
    const { sent, leaked } = await leakedOf(() => replace(encoding));
    console.log(`${encoding.name}: ${leaked} of ${sent} denied packets leaked over ${badNetwork}`);
    expect(sent).toBeGreaterThan(1000);
    expect(leaked).toBe(0);
    expect(await Promise.all(whole)).toEqual([bytes, bytes]);
    expect(inside('b', 'tc', '-s', 'qdisc', 'show')).toMatch(/netem .*reorder 20%/);
  });

  it('whoever deletes the table and loads it again is caught', async () => {
    await ground.realize(ground.whole);
    const text = ground.list('table', 'inet', 'firsthop');
    const { leaked } = await leakedOf(async () => {
      for (let i = 0; i < 10; i++) {
        ground.nft('delete table inet firsthop');
        ground.nft(text);
      }
    });
    expect(leaked).toBeGreaterThan(0);
    await ground.realize(ground.whole);
  });
});
