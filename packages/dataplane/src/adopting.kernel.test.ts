/** Connections that are older than the ruleset: taken up while it is adopting, and never otherwise. Real TCP between pods. */
import { decisionOf, handMadeTables, NodeGround, rowOf, saidBy } from '@firsthop/testkit';
import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { kernelConnections } from './connections.ts';
import { Dataplane } from './dataplane.ts';
import { netlinkPort } from './netlink/netlink-port.ts';

const [allow, drop] = [decisionOf('a', 'allow'), decisionOf('d', 'drop')];
const [open, closed, some] = [rowOf('1', allow), rowOf('3', drop), rowOf('2', drop, { 6: [[0, 7999, allow], [8001, 65_535, allow]] })];

let ground: NodeGround;
beforeEach(async () => {
  ground = new NodeGround({ pods: ['a', 'b'] });
  await ground.build();
});
afterEach(() => ground.remove());

/** `b` takes everything but TCP 8000, and may begin nothing: else its packets in the middle of a denied connection would be taken for the beginning of its own. */
const state = (isAdopting: boolean) =>
  ground.ruleset(handMadeTables({ decisions: [allow, drop], groups: { a: { ingress: open, egress: open }, b: { ingress: some, egress: closed } }, endpoints: ['a', 'b'].map((name) => ground.endpoint(name, name)) }), { isAdopting });
const realize = (isAdopting: boolean): Promise<number> => ground.realize(state(isAdopting));
interface Conversation {
  readonly answers: () => number;
  /** Says nothing for a while. */
  readonly pause: () => void;
  readonly resume: () => void;
}

/** Begun before there is a ruleset: says something all the time; how often it was answered. */
const conversation = async (port: number): Promise<Conversation> => {
  const server = ground.inside('b', `require('net').createServer((c) => { c.on('error', () => 0); c.pipe(c); }).listen(${port}, () => console.log('up'))`);
  await saidBy(server);
  let answers = 0;
  const client = ground.inside('a', `let n = 0; const c = require('net').connect(${port}, '10.244.0.2'); c.on('data', () => n++); setInterval(() => { c.write('x'); console.log(n); }, 20)`);
  client.stdout?.on('data', (text: Buffer) => void (answers = Number(text.toString().trim().split('\n').at(-1))));
  await expect.poll(() => answers, { timeout: 10_000 }).toBeGreaterThan(3);
  return { answers: () => answers, pause: () => void client.kill('SIGSTOP'), resume: () => void client.kill('SIGCONT') };
};
const goesOn = async ({ answers }: Conversation): Promise<boolean> => {
  await delay(300);
  const before = answers();
  await delay(700);
  return answers() > before;
};

/** How many connections to that port the kernel knew. */
const forget = async (to: number): Promise<number> => {
  const connections = kernelConnections({ namespace: `/run/netns/${ground.netns}` });
  const count = await connections.endWhere(({ port }) => port === to);
  connections.close();
  return count;
};

it('while it is adopting, what policy allows goes on from the middle, also behind the window; what it denies does not', async () => {
  const [allowed, denied] = [await conversation(7000), await conversation(8000)];
  await realize(true);
  expect([await goesOn(allowed), await goesOn(denied)]).toEqual([true, false]);
  await realize(false);
  expect(await goesOn(allowed)).toBe(true);
  // Behind the window nobody takes it up again.
  expect(await forget(7000)).toBe(1);
  expect(await goesOn(allowed)).toBe(false);
});

it('without the window it ends, though policy allows it', async () => {
  const allowed = await conversation(7000);
  // Connection tracking begins with the first rule that asks for it, and takes up what it hears before the last one is there.
  allowed.pause();
  await delay(100);
  await realize(false);
  allowed.resume();
  expect(await goesOn(allowed)).toBe(false);
});

it('the end of the window is one change of rules, and a fresh start finds nothing to do', async () => {
  await realize(true);
  await realize(false);
  const listed = execFileSync('ip', ['netns', 'exec', ground.netns, 'nft', 'list', 'table', 'inet', 'firsthop'], { encoding: 'utf8' });
  expect(listed.match(/ct state new tcp flags/g)).toHaveLength(2);
  expect(await new Dataplane(netlinkPort({ netns: ground.netns })).realize(state(false))).toMatchObject({ changes: 0 });
});
