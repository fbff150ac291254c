/**
 * Of a state, what a packet can meet: from the hooks on, wherever rules and elements lead. What is made before anything leads to it, and what waits to
 * be taken away, is not in it.
 *
 * @module
 */
import type { NftState, TableState } from '@firsthop/ruleset';

const namesIn = (text: string): { readonly chains: readonly string[]; readonly maps: readonly string[]; readonly counters: readonly string[] } => ({
  chains: [...text.matchAll(/(?:goto|jump) (\S+?)(?=[,\s}]|$)/g)].map(([, name = '']) => name),
  maps: [...text.matchAll(/@(\w+)/g)].map(([, name = '']) => name),
  counters: [...text.matchAll(/counter name "(\w+)"/g)].map(([, name = '']) => name),
});

const tableThatDecides = (table: TableState): TableState => {
  const [chains, maps, counters] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const follow = (text: string): void => {
    const found = namesIn(text);
    for (const name of found.counters) counters.add(name);
    for (const name of found.maps) {
      if (maps.has(name)) continue;
      maps.add(name);
      for (const value of table.maps.get(name)?.elements.values() ?? []) follow(value);
    }
    for (const name of found.chains) enter(name);
  };
  const enter = (name: string): void => {
    if (chains.has(name)) return;
    chains.add(name);
    for (const rule of table.chains.get(name)?.rules ?? []) follow(rule);
  };
  for (const [name, { base }] of table.chains) if (base !== undefined) enter(name);
  return {
    chains: new Map([...table.chains].filter(([name]) => chains.has(name))),
    maps: new Map([...table.maps].filter(([name]) => maps.has(name))),
    counters: new Set([...table.counters].filter((name) => counters.has(name))),
  };
};

export const whatDecides = (state: NftState): NftState => new Map([...state].map(([family, table]) => [family, tableThatDecides(table)]));
