/** Counts in the real kernel: what counts for the same decision is one sum, which never shrinks, and whose reading keeps nobody waiting. */
import { type NftState, sampleRegisterState, TABLE, type TableState } from '@firsthop/ruleset';
import { execFileSync } from 'node:child_process';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Counters } from './counters.ts';
import { Dataplane } from './dataplane.ts';
import type { Count, KernelPort } from './kernel-port.ts';
import { netlinkPort } from './netlink/netlink-port.ts';

const netns = `firsthop-counters-${process.pid}`;
const nft = (input: string): void => void execFileSync('ip', ['netns', 'exec', netns, 'nft', '-f', '-'], { input });
let port: Required<KernelPort>;
let dataplane: Dataplane;
beforeEach(() => {
  execFileSync('ip', ['netns', 'add', netns]);
  port = netlinkPort({ netns });
  dataplane = new Dataplane(port);
});
afterEach(() => {
  port.close();
  execFileSync('ip', ['netns', 'del', netns]);
});

const realize = async (state: NftState): Promise<void> => {
  const done = await dataplane.realize(state);
  if ('error' in done) throw new Error(done.error);
};

const owner = 'a'.repeat(16);
const setName = (i: number): string => `c_${i.toString(16).padStart(8, '0')}_allow`;
type Sets = readonly (readonly [name: string, cells: number])[];
/** With sets that nothing leads to, all of whose elements count for one decision. */
const withSets = (sets: Sets): NftState => {
  const table = sampleRegisterState().get('inet') as TableState;
  const more = sets.map(([name, cells]): [string, TableState['maps'] extends ReadonlyMap<string, infer M> ? M : never] => {
    const keys = Array.from({ length: cells }, (_, i) => `6 . ${i + 1}`);
    return [name, { type: 'inet_proto . inet_service', interval: false, part: 'meaning', size: cells, elements: new Map(keys.map((key) => [key, ''])), counts: new Map(keys.map((key) => [key, `c_${owner}`])) }];
  });
  return new Map([['inet', { ...table, maps: new Map([...table.maps, ...more]) }]]);
};
/** As if so many packets had met the first cell. */
const met = (set: string, packets: number): void => nft(`delete element inet ${TABLE} ${set} { 6 . 1 }\nadd element inet ${TABLE} ${set} { 6 . 1 counter packets ${packets} bytes ${100 * packets} }\n`);
const metNamed = (packets: number): void => nft(`delete counter inet ${TABLE} c_spare\nadd counter inet ${TABLE} c_spare { packets ${packets} bytes ${packets} }\n`);
const counted = async (): Promise<Count | undefined> => (await dataplane.counters()).get(owner);

it('sets that count for one decision are one sum, and what a set counted stays when it goes', async () => {
  await realize(withSets([[setName(1), 3], [setName(2), 2]]));
  met(setName(1), 5);
  met(setName(2), 7);
  expect(await counted()).toEqual({ packets: 12, bytes: 1200 });
  met(setName(1), 6);
  // Nobody read it in between.
  await realize(withSets([[setName(2), 2]]));
  expect(await counted()).toEqual({ packets: 13, bytes: 1300 });
  met(setName(2), 8);
  expect(await counted()).toEqual({ packets: 14, bytes: 1400 });
});

it('what somebody else takes away has counted as much as was read', async () => {
  const state = withSets([[setName(1), 3]]);
  await realize(state);
  met(setName(1), 5);
  await counted();
  nft('flush ruleset\n');
  await dataplane.verify();
  await realize(state);
  met(setName(1), 2);
  expect(await counted()).toEqual({ packets: 7, bytes: 700 });
});

it('a counter with a name that we take away leaves its count behind', async () => {
  const spare = (isThere: boolean): NftState => new Map([...withSets([])].map(([family, table]) => [family, { ...table, counters: new Set([...table.counters, ...(isThere ? ['c_spare'] : [])]) }]));
  await realize(spare(true));
  metNamed(9);
  await dataplane.verify();
  await realize(spare(false));
  expect((await dataplane.counters()).get('c_spare')).toEqual({ packets: 9, bytes: 9 });
  await realize(spare(true));
  metNamed(4);
  expect((await dataplane.counters()).get('c_spare')).toEqual({ packets: 13, bytes: 13 });
});

it('others go on while very many are read, and a set that goes meanwhile is counted once; read at one go, nobody would', async () => {
  const names = Array.from({ length: 600 }, (_, i) => setName(i));
  const state = withSets(names.map((name) => [name, 100]));
  await realize(state);
  met(setName(599), 5);
  const counters = new Counters(port);
  counters.learn(state);
  const others = (): (() => Promise<number>) => {
    const going = { isOn: true, turns: 0 };
    const whole = (async (): Promise<void> => {
      while (going.isOn) {
        await setImmediate();
        going.turns++;
      }
    })();
    return async () => {
      going.isOn = false;
      await whole;
      return going.turns;
    };
  };
  const whileReading = others();
  const reading = counters.counts();
  await setImmediate();
  await counters.retire([`delete set inet ${TABLE} ${setName(599)}`]);
  const counts = await reading;
  expect(await whileReading()).toBeGreaterThan(10);
  expect(counts.get(`c_${owner}`)).toEqual({ packets: 5, bytes: 500 });

  const atOneGo = others();
  for (const name of names) await port.elementCounts(name);
  expect(await atOneGo()).toBeLessThan(3);
});
