/** Two rulesets that differ in everything that a ruleset has: chains and their rules, maps and sets that come and go, elements, counters. */
import type { NftState, TableState } from '@firsthop/ruleset';

const many = 400;
const elements = (second: number, value: string): Map<string, string> => new Map(Array.from({ length: many }, (_, i) => [`10.${second}.${i >> 8}.${i & 255}`, value]));

const table = (letter: 'a' | 'b', second: number): TableState => ({
  chains: new Map([
    ['h_fwd', { base: 'type filter hook forward priority 0; policy accept;', rules: [`ip saddr @peers goto ${letter}_1`, `ip daddr vmap @to_${letter}`] }],
    ...Array.from({ length: 60 }, (_, i): [string, TableState['chains'] extends ReadonlyMap<string, infer C> ? C : never] => [`${letter}_${i}`, { rules: [`counter name "c_${letter}"`, `tcp dport ${1000 + i} accept`, 'drop'] }]),
  ]),
  maps: new Map([
    ['peers', { type: 'ipv4_addr', interval: false, elements: elements(second, '') }],
    [`to_${letter}`, { type: 'ipv4_addr : verdict', interval: false, elements: elements(second, `goto ${letter}_2`) }],
  ]),
  counters: new Set([`c_${letter}`]),
});

const empty: TableState = { chains: new Map(), maps: new Map(), counters: new Set() };

export const states: Readonly<Record<'a' | 'b', NftState>> = {
  a: new Map([['inet', table('a', 1)], ['bridge', empty]]),
  b: new Map([['inet', table('b', 2)], ['bridge', empty]]),
};
