/** Each change of what the kernel holds is a difference in words and another hash; no change is neither. */
import type { NftMap, NftState, TableState } from '@firsthop/ruleset';
import { describe, expect, it } from 'vitest';
import { compareStates } from './compare-states.ts';
import { renderCheck } from './render-check.ts';

const base = 'type filter hook forward priority 0; policy accept;';
const verdicts = (elements: readonly (readonly [string, string])[], interval = false): NftMap => ({ type: 'ipv4_addr : verdict', interval, elements: new Map(elements) });
const table: TableState = {
  chains: new Map([['h_fwd', { base, rules: ['ip saddr vmap @from', 'drop'] }], ['row', { rules: ['meta l4proto 1 @th,0,16 vmap { 2048 : accept }'] }]]),
  maps: new Map([['from', verdicts([['10.0.0.1', 'goto row'], ['10.0.0.2', 'drop']])]]),
  counters: new Set(['c_allow']),
};
const stateOf = (change: Partial<TableState> = {}): NftState => new Map([['inet', { ...table, ...change }]]);
const chains = (...more: readonly (readonly [string, TableState['chains'] extends ReadonlyMap<string, infer C> ? C : never])[]): Partial<TableState> => ({ chains: new Map([...table.chains, ...more]) });
const from = (map: NftMap): Partial<TableState> => ({ maps: new Map([['from', map]]) });

describe('a kernel that is compared', () => {
  it.each([
    { name: 'a rule too many', change: chains(['h_fwd', { base, rules: ['ip saddr vmap @from', 'drop', 'accept'] }]), says: 'chain inet h_fwd: rule 3 is not ours: accept' },
    { name: 'a rule that is gone', change: chains(['h_fwd', { base, rules: ['ip saddr vmap @from'] }]), says: 'chain inet h_fwd: rule 2 is missing, should be "drop"' },
    { name: 'another rule', change: chains(['h_fwd', { base, rules: ['ip saddr vmap @from', 'accept'] }]), says: 'chain inet h_fwd: rule 2 is "accept", should be "drop"' },
    { name: 'no hook', change: chains(['h_fwd', { rules: ['ip saddr vmap @from', 'drop'] }]), says: 'chain inet h_fwd: hangs on no hook' },
    { name: "a stranger's chain", change: chains(['x', { rules: [] }]), says: 'chain inet x: is not ours' },
    { name: 'a chain that is gone', change: { chains: new Map([...table.chains].slice(1)) }, says: 'chain inet h_fwd: is missing' },
    { name: 'an element too many', change: from(verdicts([['10.0.0.1', 'goto row'], ['10.0.0.2', 'drop'], ['10.0.0.3', 'accept']])), says: 'map inet from: 10.0.0.3 is not ours' },
    { name: 'an element that is gone', change: from(verdicts([['10.0.0.1', 'goto row']])), says: 'map inet from: 10.0.0.2 is missing' },
    { name: 'an element that leads elsewhere', change: from(verdicts([['10.0.0.1', 'goto row'], ['10.0.0.2', 'accept']])), says: 'map inet from: 10.0.0.2 leads to "accept", should lead to "drop"' },
    { name: 'a map of another type', change: from({ ...verdicts([]), type: 'ipv6_addr : verdict' }), says: 'map inet from: is of type ipv6_addr : verdict, should be ipv4_addr : verdict' },
    { name: 'a map that is gone', change: { maps: new Map<string, NftMap>() }, says: 'map inet from: is missing' },
    { name: 'a counter that is gone', change: { counters: new Set<string>() }, says: 'counter inet c_allow: is missing' },
  ])('with $name', ({ change, says }) => {
    const { desired, actual, differences } = compareStates(stateOf(change), stateOf());
    expect(differences.map(({ where, what }) => `${where}: ${what}`)).toEqual([says]);
    expect(actual).not.toBe(desired);
  });

  it('without our tables', () => {
    expect(compareStates(new Map(), stateOf()).differences).toEqual([{ where: 'table inet firsthop', what: 'is missing' }]);
  });

  it('that is equal, though a rule is printed otherwise than it was written', () => {
    const printed = chains(['row', { rules: ['th sport vmap { 2048 : accept }'] }]);
    const { desired, actual, differences } = compareStates(stateOf(printed), stateOf());
    expect([differences, actual]).toEqual([[], desired]);
  });
});

it('shows ten of many differences', () => {
  const differences = Array.from({ length: 12 }, (_, i) => ({ where: `chain inet c${i}`, what: 'is missing' }));
  const text = renderCheck({ result: 'different', revision: 'a'.repeat(64), encoding: 'chains', desired: 'd', actual: 'e', differences });
  expect(text.split('\n')).toHaveLength(12);
  expect(text).toContain('and 2 more');
});
