/**
 * One address more in one group of many, from the call to the kernel's acknowledgement; with more and more else loaded, by turns, and by the
 * `nft` program beside it. Needs root: it works in network namespaces of its own.
 *
 * @module
 */
import { type Expression, NfTables, register, verdictCode, verdictRegister } from '@firsthop/netlink';
import { execFileSync, spawnSync } from 'node:child_process';
import type { Bench } from './bench.ts';

const sets = 2_000;
const members = 100;
const chains = 2_000;
const rulesPerChain = [10, 100, 1_000];
const rounds = 2_000;
const programRounds = 40;

const table = 'bench';
const setName = (i: number): string => `s${i}`;
const address = (set: number, member: number): Buffer => Buffer.from([10, (set >> 8) & 255, set & 255, member & 255]);
const keyOf = (value: Buffer): { readonly key: { readonly value: Buffer } } => ({ key: { value } });

/** `ip saddr @set accept`, as nft writes it for a chain that sees IPv4 only. */
const rule = (set: number): readonly Expression[] => [
  { name: 'payload', values: { base: 1, offset: 12, length: 4, dreg: register(0) } },
  { name: 'lookup', values: { set: setName(set), sreg: register(0) } },
  { name: 'immediate', values: { dreg: verdictRegister, data: { verdict: { code: verdictCode.accept } } } },
];

/** Transactions of a size that fits into a socket's room. */
const load = (nft: NfTables, perChain: number): void => {
  nft.change('ip', (batch) => batch.addTable({ name: table }));
  for (let at = 0; at < sets; at += 100)
    nft.change('ip', (batch) => {
      for (let i = at; i < at + 100; i++) batch.addSet({ table, name: setName(i), keyType: 7, keyLength: 4, id: i + 1 }).addElements({ table, set: setName(i), elements: Array.from({ length: members }, (_, member) => keyOf(address(i, member))) });
    });
  const atOnce = Math.max(1, Math.floor(5_000 / perChain));
  for (let at = 0; at < chains; at += atOnce)
    nft.change('ip', (batch) => {
      for (let i = at; i < Math.min(chains, at + atOnce); i++) {
        batch.addChain({ table, name: `c${i}` });
        for (let j = 0; j < perChain; j++) batch.addRule({ table, chain: `c${i}`, expressions: rule((i + j) % sets) });
      }
    });
};

interface Ground {
  readonly name: string;
  readonly nft: NfTables;
  readonly times: number[];
}

const add = ({ nft }: Ground, set: number, member: number): void => nft.change('ip', (batch) => batch.addElements({ table, set: setName(set), elements: [keyOf(address(set, member))] }));
const remove = ({ nft }: Ground, set: number, member: number): void => nft.change('ip', (batch) => batch.deleteElements({ table, set: setName(set), elements: [keyOf(address(set, member))] }));

const microseconds = (work: () => void): number => {
  const started = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - started) / 1000;
};

const at = (times: readonly number[], share: number): number => times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? Number.NaN;

const byProgram = (name: string, set: number): number =>
  microseconds(() => {
    const { status } = spawnSync('ip', ['netns', 'exec', name, 'nft', '-f', '-'], { input: `add element ip ${table} ${setName(set)} { 10.255.255.${set % 250} }\n` });
    if (status !== 0) throw new Error('nft refused');
  });

const measure = (grounds: readonly Ground[], say: (text: string) => void): Record<string, number> => {
  for (let i = 0; i < rounds; i++) {
    if (i % 200 === 0) say(`round ${i} of ${rounds}`);
    const set = (i * 7919) % sets;
    for (const ground of grounds) {
      ground.times.push(microseconds(() => add(ground, set, 200)));
      remove(ground, set, 200);
    }
  }
  const [least] = grounds;
  if (least === undefined) return {};
  const program = Array.from({ length: programRounds }, (_, i) => byProgram(least.name, i));
  const p50 = grounds.map(({ times }) => at(times, 0.5));
  const [base = Number.NaN, ten = Number.NaN, hundred = Number.NaN] = p50;
  return { p50_us: base, p99_us: at(least.times, 0.99), p50_us_10x: ten, p50_us_100x: hundred, ratio_10x: ten / base, ratio_100x: hundred / base, nft_program_p50_us: at(program, 0.5), times_faster: at(program, 0.5) / base };
};

export const dataplaneDelta: Bench = {
  name: 'dataplane-delta',
  what: 'one address more in a group, from the call to the acknowledgement of the kernel',
  workload: { sets, members, chains, rulesPerChain, rounds },
  run: (say) => {
    const grounds: Ground[] = [];
    try {
      for (const perChain of rulesPerChain) {
        const name = `firsthop-bench-${process.pid}-${perChain}`;
        say(`loading ${chains * perChain} rules`);
        execFileSync('ip', ['netns', 'add', name]);
        const ground: Ground = { name, nft: new NfTables({ namespace: `/run/netns/${name}` }), times: [] };
        grounds.push(ground);
        load(ground.nft, perChain);
      }
      return measure(grounds, say);
    } finally {
      for (const { name, nft } of grounds) {
        nft.close();
        execFileSync('ip', ['netns', 'del', name]);
      }
    }
  },
};
