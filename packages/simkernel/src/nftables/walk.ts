/**
 * A packet through the chains of a hook, as the kernel walks it.
 *
 * @module
 */
import type { Packet, PacketView } from './packet-view.ts';
import type { Rule, Statement, Test, Verdict } from './rule.ts';
import type { Hook, SimElement, SimSet, SimTable } from './tables.ts';
import { tupleHolds, type Value, valuesKey } from './values.ts';

export type Judgement = { readonly kind: 'accept' | 'drop' } | { readonly kind: 'reject'; readonly with: 'tcp reset' | 'icmp' };

/** Every base chain of the hook in order of priority; an accept ends only its own chain. */
export const judgeHook = (tables: readonly SimTable[], hook: Hook, view: PacketView): Judgement => {
  const chains = tables.flatMap((table) => [...table.chains].flatMap(([name, { base }]) => (base?.hook === hook ? [{ table, name, base }] : [])));
  for (const { table, name, base } of chains.sort((a, b) => a.base.priority - b.base.priority)) {
    const end = walkChain(table, name, view) ?? { kind: base.policy };
    if (end.kind !== 'accept') return end;
  }
  return { kind: 'accept' };
};

/** Undefined: the chain came to its end without a decision. */
const walkChain = (table: SimTable, name: string, view: PacketView): Judgement | undefined => {
  for (const rule of table.chains.get(name)?.rules ?? []) {
    const verdict = walkRule(table, rule, view);
    if (verdict === undefined) continue;
    if (verdict.kind === 'return') return undefined;
    if (verdict.kind !== 'goto' && verdict.kind !== 'jump') return verdict;
    const beyond = walkChain(table, verdict.chain, view);
    if (beyond !== undefined || verdict.kind === 'goto') return beyond;
  }
  return undefined;
};

/** Undefined: it does not match, or decides nothing. */
const walkRule = (table: SimTable, { statements }: Rule, view: PacketView): Verdict | undefined => {
  for (const statement of statements) {
    const step = perform(table, statement, view);
    if (step === 'stop') return undefined;
    if (step !== 'go on') return step;
  }
  return undefined;
};

const perform = (table: SimTable, statement: Statement, view: PacketView): Verdict | 'go on' | 'stop' => {
  if (statement.do === 'verdict') return statement.verdict;
  if (statement.do === 'limit' || statement.do === 'log') return 'go on';
  if (statement.do === 'count') return count(table, statement.counter, view.packet);
  const values = statement.fields.map(({ read }) => read(view));
  if (!isWhole(values)) return 'stop';
  if (statement.do === 'match') return holds(table, statement.test, values) ? 'go on' : 'stop';
  const found = statement.do === 'vmap' ? find(table.sets.get(statement.map), values) : statement.entries.find(({ tuple }) => tupleHolds(tuple, values));
  // A verdict map without an entry for the packet ends the rule, not the chain.
  return found?.verdict ?? 'stop';
};

const isWhole = (values: readonly (Value | undefined)[]): values is readonly Value[] => !values.includes(undefined);

const count = (table: SimTable, name: string, { protocol }: Packet): 'go on' => {
  const counter = table.counters.get(name);
  if (counter !== undefined) {
    counter.packets++;
    counter.bytes += protocol === 6 ? 60 : 44;
  }
  return 'go on';
};

const holds = (table: SimTable, test: Test, values: readonly Value[]): boolean => {
  if (test.kind === 'mask') return (((values[0] as number) & test.mask) === test.value) !== test.negated;
  const isIn = test.kind === 'set' ? find(table.sets.get(test.set), values) !== undefined : test.tuples.some((tuple) => tupleHolds(tuple, values));
  return isIn !== test.negated;
};

const find = (set: SimSet | undefined, values: readonly Value[]): SimElement | undefined => {
  const exact = set?.elements.get(valuesKey(set.types, values));
  if (exact !== undefined || set?.isInterval !== true) return exact;
  for (const element of set.elements.values()) if (tupleHolds(element.tuple, values)) return element;
  return undefined;
};
