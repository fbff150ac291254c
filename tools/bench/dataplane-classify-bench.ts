/**
 * What a new connection costs under so many rules for one endpoint: against conntrack alone, a linear list of nft, a list of nft with sets, and the
 * real iptables with ipset in both its variants, where they are installed. All in one run, by turns. Needs root.
 *
 * @module
 */
import { Dataplane, netlinkPort } from '@firsthop/dataplane';
import { parseAddress } from '@firsthop/netaddr';
import { registerEncoding, renderRuleset } from '@firsthop/ruleset';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Bench } from './bench.ts';
import { clientAddress, ConnectGround, podAddress } from './connect-ground.ts';
import { iptablesRefusal, type IptablesVariant, iptablesVariants, type ListedRule, loadIptables } from './iptables-lists.ts';
import { lastPort, manyRules } from './many-rules.ts';

const pairs = 300;
const connections = 200;
const linearRules = 1_000;
const ruleCounts = [0, 1_000, 10_000, 120_000];

const nft = (netns: string, text: string): void => {
  const { status, stderr } = spawnSync('ip', ['netns', 'exec', netns, 'nft', '-f', '-'], { input: text });
  if (status !== 0) throw new Error(`nft refused: ${String(stderr)}`);
};

const addressOf = (text: string) => {
  const read = parseAddress(text);
  if (!read.ok) throw new Error(read.error);
  return read.value;
};

const kernelBytes = (): number => {
  const text = readFileSync('/proc/meminfo', 'utf8');
  return ['SUnreclaim', 'Percpu'].reduce((sum, name) => sum + 1024 * Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0), 0);
};

const connectionsOnly = 'table inet bench {\nchain f {\ntype filter hook forward priority 0; policy drop;\nct direction reply ct state established accept\nct state new,established accept\n}\n}\n';
const list = (rules: readonly string[], sets: readonly string[] = []): string =>
  `table inet bench {\n${sets.join('\n')}\nchain f {\ntype filter hook forward priority 0; policy accept;\nct direction reply ct state established accept\n${rules.join('\n')}\nip daddr ${podAddress} drop\n}\n}\n`;
const peer = (i: number): string => `11.${i >> 8}.${i & 255}`;
/** The last one decides. */
const linear = (): string => list(Array.from({ length: linearRules }, (_, i) => `ip saddr ${i === linearRules - 1 ? clientAddress : `${peer(i)}.1`} tcp dport ${lastPort} accept`));
/** Ten peers a rule, and the client in the last. */
const listed = (): ListedRule[] => Array.from({ length: linearRules }, (_, i) => ({ port: lastPort, from: [...Array.from({ length: 10 }, (_unused, member) => `${peer(i)}.${member}`), ...(i === linearRules - 1 ? [clientAddress] : [])] }));
const withSets = (rules: readonly ListedRule[]): string =>
  list(
    rules.map(({ port }, i) => `ip saddr @s${i} tcp dport ${port} accept`),
    rules.map(({ from }, i) => `set s${i} {\ntype ipv4_addr\nelements = { ${from.join(', ')} }\n}`),
  );

/** What is asked for everywhere is the list of the classic iptables. */
const figureOf: Readonly<Record<IptablesVariant, string>> = { legacy: 'ipset_loss_pct', nft: 'ipset_nft_loss_pct' };

/** By the name of their figure. */
const loadLists = (ground: (name: string) => Variant, say: (text: string) => void): ReadonlyMap<string, Variant> => {
  const lists = new Map([['linear_loss_pct', ground('li')], ['nft_sets_loss_pct', ground('se')]]);
  nft(lists.get('linear_loss_pct')?.ground.node ?? '', linear());
  nft(lists.get('nft_sets_loss_pct')?.ground.node ?? '', withSets(listed()));
  const refusal = iptablesRefusal();
  if (refusal !== undefined) say(`no real iptables: ${refusal}`);
  for (const variant of refusal === undefined ? iptablesVariants : []) {
    const one = ground(`i${variant[0]}`);
    loadIptables(one.ground.node, variant, listed(), podAddress);
    lists.set(figureOf[variant], one);
  }
  return lists;
};

interface Variant {
  readonly name: string;
  readonly ground: ConnectGround;
}

const loadOurs = async (netns: string, rules: number): Promise<{ readonly bytes: number; readonly elements: number; readonly chains: number }> => {
  const tables = manyRules({ rules, endpoint: addressOf(podAddress), client: addressOf(clientAddress) });
  const state = renderRuleset({ tables, bindings: [{ endpoint: 'e', via: { kind: 'routed', device: 'pod0' } }], host: { exclusivePrefixes: [] } }, registerEncoding());
  const port = netlinkPort({ netns });
  const before = kernelBytes();
  const done = await new Dataplane(port).realize(state);
  port.close();
  if ('error' in done) throw new Error(done.error);
  const inet = state.get('inet');
  return { bytes: kernelBytes() - before, elements: [...(inet?.maps.values() ?? [])].reduce((sum, { elements }) => sum + elements.size, 0), chains: inet?.chains.size ?? 0 };
};

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean and the half of the 95 % interval of it. */
const interval = (values: readonly number[]): { readonly mean: number; readonly half: number } => {
  const middle = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
  return { mean: middle, half: 1.96 * Math.sqrt(variance / values.length) };
};

/** Rate of `one` in parts of that of `other`: from logarithms, of pairs that were measured next to each other. */
const compare = async (one: Variant, other: Variant): Promise<{ readonly ratio: number; readonly low: number; readonly high: number; readonly cpu: number }> => {
  const [rates, costs]: [number[], number[]] = [[], []];
  for (let i = 0; i < pairs; i++) {
    const order = i % 2 === 0 ? [one, other] : [other, one];
    const first = await order[0]?.ground.round(connections);
    const second = await order[1]?.ground.round(connections);
    const [a, b] = i % 2 === 0 ? [first, second] : [second, first];
    if (a === undefined || b === undefined) continue;
    rates.push(Math.log(b.us / a.us));
    costs.push(Math.log(a.cpu_us / b.cpu_us));
  }
  const { mean: middle, half } = interval(rates);
  return { ratio: Math.exp(middle), low: Math.exp(middle - half), high: Math.exp(middle + half), cpu: Math.exp(mean(costs)) };
};

export const dataplaneClassify: Bench = {
  name: 'dataplane-classify',
  what: 'a new connection under 0 to 120,000 rules for its endpoint',
  workload: { pairs, connections, ruleCounts, linearRules, encoding: 'registers' },
  run: async (say) => {
    const made: ConnectGround[] = [];
    const ground = (name: string): Variant => {
      const one = new ConnectGround(`fhb${process.pid.toString(36)}${name}`);
      made.push(one);
      one.build();
      return { name, ground: one };
    };
    try {
      const conntrack = ground('ct');
      nft(conntrack.ground.node, connectionsOnly);
      const lists = loadLists(ground, say);
      const metrics: Record<string, number> = {};
      const ours: Variant[] = [];
      for (const rules of ruleCounts) {
        say(`loading ${rules} rules`);
        const one = ground(`r${ours.length}`);
        ours.push(one);
        const { bytes, elements, chains } = await loadOurs(one.ground.node, rules);
        if (rules === 120_000) Object.assign(metrics, { kernel_bytes_per_rule: bytes / rules, elements_120000: elements, chains_120000: chains });
      }
      for (const { ground: one } of [conntrack, ...lists.values(), ...ours]) await one.start(lastPort);
      for (const { ground: one } of [conntrack, ...lists.values(), ...ours]) await one.round(10 * connections);
      const [none] = ours;
      const most = ours.at(-1);
      if (none === undefined || most === undefined) return metrics;
      say('120,000 rules against none');
      const main = await compare(most, none);
      Object.assign(metrics, { ratio_120000: main.ratio, ratio_low_120000: main.low, loss_pct_120000: 100 * (1 - main.low), cpu_growth_pct_120000: 100 * (main.cpu - 1) });
      for (const [i, rules] of ruleCounts.entries()) {
        say(`${rules} rules against conntrack alone`);
        const one = ours[i];
        if (one !== undefined) metrics[`ratio_to_conntrack_${rules}`] = (await compare(one, conntrack)).ratio;
      }
      for (const [name, one] of lists) {
        say(`${name}: ${linearRules} rules against none of ours`);
        metrics[name] = 100 * (1 - (await compare(one, none)).ratio);
      }
      return metrics;
    } finally {
      for (const one of made) one.remove();
    }
  },
};
