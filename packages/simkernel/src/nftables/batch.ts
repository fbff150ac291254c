/**
 * Lines of `nft -f` as one transaction on tables: all of it, or nothing and the line that was refused.
 *
 * @module
 */
import { checkChains } from './check-chains.ts';
import { fields } from './packet-view.ts';
import { parseRule, readEntry, readTuple } from './rule.ts';
import { type Hook, refuse, type SimChain, SimTable } from './tables.ts';
import { SyntaxFault, Tokens, tokenise } from './tokens.ts';
import { tupleKey, type ValueType } from './values.ts';

/** `inet firsthop` to its table. */
export type Tables = ReadonlyMap<string, SimTable>;
export type Applied = { readonly tables: Tables } | { readonly error: string };

const HOOKS: readonly string[] = ['prerouting', 'input', 'forward', 'output', 'postrouting'];
const TYPES: readonly string[] = ['ifname', 'ipv4_addr', 'ipv6_addr', 'ether_addr', 'inet_proto', 'inet_service'];

export const applyBatch = (before: Tables, text: string): Applied => {
  const draft = new Draft(before);
  const lines = text.split('\n');
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    try {
      draft.perform(line);
    } catch (fault) {
      return { error: `/dev/stdin:${i + 1}:1-${line.length}: Error: ${fault instanceof Error ? fault.message : String(fault)}` };
    }
  }
  try {
    return { tables: draft.finish() };
  } catch (fault) {
    return { error: `/dev/stdin:${lines.length}:1-1: Error: ${fault instanceof Error ? fault.message : String(fault)}` };
  }
};

class Draft {
  readonly #tables: Map<string, SimTable>;
  readonly #owned = new Set<string>();

  constructor(before: Tables) {
    this.#tables = new Map(before);
  }

  finish(): Tables {
    for (const id of this.#owned) {
      const table = this.#tables.get(id);
      if (table !== undefined) checkChains(table);
    }
    return this.#tables;
  }

  perform(line: string): void {
    const tokens = new Tokens(tokenise(line));
    const [verb, kind] = [tokens.next(), tokens.next()];
    if (verb === 'flush' && kind === 'ruleset') return this.#tables.clear();
    const id = `${tokens.next()} ${tokens.next()}`;
    if (kind === 'table') return this.#table(verb, id);
    const name = tokens.next();
    const table = this.#own(id);
    const action = actions[`${verb} ${kind}`];
    if (action === undefined) throw new SyntaxFault(`syntax error, unexpected ${verb} ${kind}`);
    action(table, name, tokens, line);
  }

  #table(verb: string, id: string): void {
    if (verb === 'add') {
      if (!this.#tables.has(id)) this.#tables.set(id, new SimTable());
    } else if (verb !== 'delete') throw new SyntaxFault(`syntax error, unexpected ${verb} table`);
    else if (!this.#tables.delete(id)) refuse('No such file or directory');
  }

  #own(id: string): SimTable {
    const table = this.#tables.get(id) ?? refuse('No such file or directory');
    if (this.#owned.has(id)) return table;
    const copy = new SimTable(table);
    this.#tables.set(id, copy);
    this.#owned.add(id);
    return copy;
  }
}

type Action = (table: SimTable, name: string, tokens: Tokens, line: string) => void;

const actions: Readonly<Record<string, Action>> = {
  'add chain': (table, name, tokens) => table.addChain(name, readBase(tokens)),
  'flush chain': (table, name) => table.flushChain(name),
  'delete chain': (table, name) => table.deleteChain(name),
  'add rule': (table, name, tokens, line) => table.addRule(name, parseRule(restOf(tokens), ruleText(line))),
  'add counter': (table, name) => table.addCounter(name),
  'delete counter': (table, name) => table.deleteCounter(name),
  'add set': (table, name, tokens) => addSet(table, name, tokens, false),
  'add map': (table, name, tokens) => addSet(table, name, tokens, true),
  'delete set': (table, name) => table.deleteSet(name, false),
  'delete map': (table, name) => table.deleteSet(name, true),
  'add element': (table, name, tokens) => eachElement(table, name, tokens, (key, element) => table.addElement(name, key, element)),
  'delete element': (table, name, tokens) => eachElement(table, name, tokens, (key) => table.deleteElement(name, key)),
};

const restOf = (tokens: Tokens): string[] => {
  const words: string[] = [];
  while (!tokens.isAtEnd) words.push(tokens.next());
  return words;
};

/** What stands behind `add rule FAMILY TABLE CHAIN`. */
const ruleText = (line: string): string => /^\s*\S+\s+\S+\s+\S+\s+\S+\s+\S+\s+(.*?)\s*$/.exec(line)?.[1] ?? '';

const readBase = (tokens: Tokens): SimChain['base'] => {
  if (tokens.isAtEnd) return undefined;
  tokens.expect('{');
  const words = restOf(tokens);
  const text = words.slice(0, -1).join(' ').replaceAll(' ;', ';');
  const [, hook = '', priority, policy] = /^type filter hook (\w+) priority (-?\d+); policy (accept|drop);$/.exec(text) ?? [];
  if (words.at(-1) !== '}' || !HOOKS.includes(hook)) throw new SyntaxFault(`syntax error in "${text}"`);
  return { hook: hook as Hook, priority: Number(priority), policy: policy as 'accept' | 'drop', text };
};

const addSet = (table: SimTable, name: string, tokens: Tokens, isMap: boolean): void => {
  const words = restOf(tokens).join(' ').replaceAll(' ;', ';');
  const [, word, typeText = '', interval] = /^\{ (type|typeof) ([^;]+); (flags interval; )?(?:counter; )?\}$/.exec(words) ?? [];
  const [keys = '', value] = typeText.split(' : ');
  const types = keys.split(' . ').map((key) => (word === 'typeof' ? fields.get(key)?.type : TYPES.find((type) => type === key)));
  if (types.includes(undefined) || (isMap ? value !== 'verdict' : value !== undefined)) throw new SyntaxFault(`syntax error in "${words}"`);
  table.addSet(name, { types: types as ValueType[], typeText: word === 'typeof' ? `typeof ${typeText}` : typeText, isMap, isInterval: interval !== undefined, elements: new Map() });
};

const eachElement = (table: SimTable, name: string, tokens: Tokens, act: (key: string, element: Parameters<SimTable['addElement']>[2]) => void): void => {
  const set = table.sets.get(name) ?? refuse('No such file or directory');
  for (const words of tokens.braces()) {
    const colon = words.indexOf(':');
    const text = (colon < 0 ? words : words.slice(0, colon)).join(' ');
    const { tuple, verdict } = colon < 0 ? { tuple: readTuple(set.types, words), verdict: undefined } : readEntry(set.types, words);
    if (!set.isInterval && tuple.some(({ first, last }) => first !== last)) throw new SyntaxFault(`range or prefix in a set without intervals: ${text}`);
    act(tupleKey(set.types, tuple), { tuple, text, ...(verdict === undefined ? {} : { verdict, verdictText: words.slice(colon + 1).join(' ') }) });
  }
};
