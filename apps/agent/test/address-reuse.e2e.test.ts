/**
 * T5: an address goes from one identity to another within 0 to 50 ms, while the news of the two pods arrives in any order, twice, and late.
 * Once the kernel's word is there, no packet is judged under the old identity.
 */
import { worldChanges } from '@firsthop/analysis';
import { type Change, Compiler } from '@firsthop/compiler';
import type { Workload } from '@firsthop/inventory';
import { loadManifests } from '@firsthop/manifest';
import { type Address, formatAddress } from '@firsthop/netaddr';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onlyFrom, runName, StandingAgent } from './standing-agent.ts';
import { StandingPipeline } from './standing-pipeline.ts';

const rounds = process.env['FIRSTHOP_FULL'] === '1' ? 10_000 : 150;
/** `mover` has one address, and in turn the identities `web`, which may reach `db`, and `job`, which may not. */
const node = new StandingAgent(runName('e'), ['db', 'mover']);
const addressOf = (name: string): string => formatAddress(node.workload(name).addresses[0] as Address);

/** From 0 up to below `below`; the same in each run. */
const randomFrom = (seed: number) => (below: number): number => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
};

interface News {
  readonly id: string;
  readonly now: Workload | undefined;
}

const pod = (name: string, role: string, at: string, ip: string): object => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'app', uid: `uid-${name}`, labels: { role } }, spec: { nodeName: at, containers: [{ name: 'main' }] }, status: { phase: 'Running', podIPs: [{ ip }] } });
const worldOf = (items: readonly object[]) => {
  const [cluster] = loadManifests([{ file: 'objects.json', text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) }]).clusters.values();
  if (cluster === undefined) throw new Error('no world');
  return cluster.world;
};
const nodes = ['n'].map((name) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name } }));
const moverAs = (role: string, round: number): Workload => {
  const [workload] = worldOf([...nodes, pod(`${role}-${round}`, role, 'n', addressOf('mover'))]).workloads;
  if (workload === undefined) throw new Error('no workload');
  return workload;
};

/** The news of each pod keeps its order, as a watch has it; the last may come again at any time; between the pods there is no order. */
const storm = (random: (below: number) => number, news: readonly (readonly News[])[]): News[] => {
  const queues = news.map((queue) => [...queue, ...Array.from({ length: random(3) }, () => queue.at(-1) as News)]);
  const all: News[] = [];
  while (queues.some((queue) => queue.length > 0)) {
    const next = queues[random(queues.length)]?.shift();
    if (next !== undefined) all.push(next);
  }
  return all;
};

/** As the compiler has it: by workload. */
const byWorkload = ({ id, now }: News): Change => ({ of: 'workload', id: id as Workload['id'], now });
/** As one might: whatever was heard last of an address is true. */
const byAddress = ({ now }: News): Change => {
  const id = 'c/of-the-address' as Workload['id'];
  return { of: 'workload', id, now: now === undefined ? undefined : { ...now, id } };
};

beforeAll(() => node.build());
afterAll(() => node.remove());

const run = async (toChange: (news: News) => Change, most: number, until: (wrong: number) => boolean) => {
  const pipeline = new StandingPipeline(node.netns);
  const world = worldOf([...nodes, pod('db', 'db', 'n', addressOf('db')), onlyFrom('web', 'db')]);
  const compiler = new Compiler({ cluster: world.cluster });
  for (const change of worldChanges(world)) compiler.apply(change);
  const random = randomFrom(5);
  let [position, wrong, done, slowest] = [0, 0, 0, 0];
  const realize = async (): Promise<void> => {
    compiler.flush({ epoch: 0, watermarks: new Map([['directory', ++position]]) });
    const plan = compiler.snapshot('n');
    if (plan === undefined) throw new Error('no plan');
    await pipeline.realize(plan);
  };
  let held = moverAs('web', 0);
  compiler.apply(toChange({ id: held.id, now: held }));
  await realize();
  for (; done < most && !until(wrong); done++) {
    const role = done % 2 === 0 ? 'job' : 'web';
    const next = moverAs(role, done + 1);
    const news = storm(random, [[{ id: held.id, now: held }, { id: held.id, now: undefined }], [{ id: next.id, now: { ...next, endpoints: [] } }, { id: next.id, now: next }]]);
    const began = performance.now();
    const patience = random(50);
    for (const [i, one] of news.entries()) {
      compiler.apply(toChange(one));
      // Some of it is in force before the rest arrives.
      if (i < news.length - 1 && random(2) === 0) await realize();
      if (patience > 25 && i === 0) await delay(patience / 2);
    }
    await realize();
    slowest = Math.max(slowest, performance.now() - began - patience);
    held = next;
    const seen = await Promise.all([8000, 8001, 8002].map((port) => node.prober.probe({ fromNamespace: node.workload('mover').namespace, toNamespace: node.workload('db').namespace, source: node.workload('mover').addresses[0] as Address, destination: node.workload('db').addresses[0] as Address, protocol: 'UDP', port, patience: 25 })));
    wrong += seen.filter(({ arrived, verdict }) => (arrived || verdict === 'allow') !== (role === 'web')).length;
  }
  pipeline.close();
  return { rounds: done, wrong, slowest };
};

describe('an address that goes from identity to identity', () => {
  it(`${rounds} times: no packet is judged as the one it was`, { timeout: rounds * 1000 }, async () => {
    const { wrong, slowest } = await run(byWorkload, rounds, (count) => count > 0);
    console.log(`${rounds} reuses, ${3 * rounds} packets, ${wrong} misjudged; the slowest in force after ${slowest.toFixed(1)} ms`);
    expect(wrong).toBe(0);
  });

  it('whoever keeps one identity by address, the last heard, is caught', { timeout: 120_000 }, async () => {
    const { wrong, rounds: tried } = await run(byAddress, 100, (count) => count > 0);
    console.log(`by address: misjudged in round ${tried}`);
    expect(wrong).toBeGreaterThan(0);
  });
});
