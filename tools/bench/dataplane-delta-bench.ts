/**
 * One address more in one group of many, from the call to the kernel's acknowledgement; with more and more rules loaded, by turns; with another
 * system's sets and chains beside ours; and by the `nft` program. Needs root: it works in network namespaces of its own.
 *
 * @module
 */
import { TABLE } from '@firsthop/ruleset';
import { spawnSync } from 'node:child_process';
import type { Bench } from './bench.ts';
import { addElements, addRows, apply, begin, makeGround, type RegisterGround, removeGround } from './register-ground.ts';

const groups = 2_000;
const members = 100;
const rows = 2_000;
const rulesPerRow = [10, 100, 1_000];
const rounds = 2_000;
const programRounds = 40;

const address = (group: number, member: number): string => `11.${group >> 8}.${group & 255}.${member}`;
const profile = (group: number): string => `100.0.${group >> 8}.${group & 255}`;

const addresses = function* (): Generator<string> {
  for (let group = 0; group < groups; group++) for (let member = 0; member < members; member++) yield `${address(group, member)} : ${profile(group)}`;
};

/** Sets and chains of somebody else, as other systems have them: 2,000 of each. */
const foreign = function* (): Generator<string> {
  yield 'add table ip foreign';
  for (let i = 0; i < groups; i++) yield `add set ip foreign s${i} { type ipv4_addr; elements = { ${Array.from({ length: members }, (_, member) => address(i, member)).join(', ')} }; }`;
  for (let i = 0; i < rows; i++) {
    yield `add chain ip foreign c${i}`;
    for (let j = 0; j < 10; j++) yield `add rule ip foreign c${i} ip saddr @s${(i + j) % groups} accept`;
  }
};

const program = (netns: string, text: string): void => {
  const { status, stderr } = spawnSync('ip', ['netns', 'exec', netns, 'nft', '-f', '-'], { input: text });
  if (status !== 0) throw new Error(`nft refused: ${String(stderr)}`);
};

const microseconds = async (work: () => void | Promise<void>): Promise<number> => {
  const started = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - started) / 1000;
};

const at = (times: readonly number[], share: number): number => times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? Number.NaN;

interface Measured {
  readonly ground: RegisterGround;
  readonly times: number[];
}

const line = (op: 'add' | 'delete', group: number): string => `${op} element inet ${TABLE} class4 { ${address(group, 200)}${op === 'add' ? ` : ${profile(group)}` : ''} }`;

const measure = async (all: readonly Measured[], say: (text: string) => void): Promise<Record<string, number>> => {
  for (let i = 0; i < rounds; i++) {
    if (i % 200 === 0) say(`round ${i} of ${rounds}`);
    const group = (i * 7919) % groups;
    for (const { ground, times } of all) {
      times.push(await microseconds(() => apply(ground, [line('add', group)])));
      await apply(ground, [line('delete', group)]);
    }
  }
  const [least] = all;
  if (least === undefined) return {};
  const byProgram: number[] = [];
  for (let i = 0; i < programRounds; i++) byProgram.push(await microseconds(() => program(least.ground.netns, `add element inet ${TABLE} class4 { 10.255.255.${i} : ${profile(i)} }\n`)));
  const [p50 = Number.NaN, ten = Number.NaN, hundred = Number.NaN, beside = Number.NaN] = all.map(({ times }) => at(times, 0.5));
  return { p50_us: p50, p99_us: at(least.times, 0.99), p50_us_10x: ten, p50_us_100x: hundred, scale_ratio_10x: ten / p50, scale_ratio: hundred / p50, p50_us_beside_foreign: beside, nft_p50_us: at(byProgram, 0.5), times_faster: at(byProgram, 0.5) / p50 };
};

export const dataplaneDelta: Bench = {
  name: 'dataplane-delta',
  what: 'one address more in a group, from the call to the acknowledgement of the kernel',
  workload: { groups, members, rows, rulesPerRow, rounds, encoding: 'registers', foreign: '2,000 sets of 100 and 2,000 chains of 10 rules' },
  run: async (say) => {
    const all: Measured[] = [];
    try {
      for (const [i, rules] of [...rulesPerRow, rulesPerRow[0] ?? 10].entries()) {
        const ground = makeGround(`firsthop-bench-${process.pid}-${i}`);
        all.push({ ground, times: [] });
        say(`loading ${rows * rules} rules`);
        await begin(ground);
        await addElements(ground, 'class4', addresses());
        await addRows(ground, rows, rules);
        if (i === rulesPerRow.length) program(ground.netns, [...foreign()].join('\n'));
      }
      return await measure(all, say);
    } finally {
      for (const { ground } of all) removeGround(ground);
    }
  },
};
