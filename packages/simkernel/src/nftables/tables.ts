/**
 * Tables as the kernel holds them, and the changes of a transaction. A transaction works on copies: what it refuses half-way
 * was never there. As strict as the kernel: nothing may refer to what does not exist, and nothing that is referred to may go.
 *
 * @module
 */
import type { Rule, Verdict } from './rule.ts';
import { type Tuple, tuplesOverlap, type ValueType } from './values.ts';

/** In the kernel's words, as nft prints them. */
export class Refused extends Error {
  override readonly name = 'Refused';
}
export const refuse = (why: 'No such file or directory' | 'File exists' | 'Device or resource busy' | 'Operation not supported' | 'Too many links' | 'Invalid argument'): never => {
  throw new Refused(`Could not process rule: ${why}`);
};

export type Hook = 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';

export interface SimChain {
  readonly base?: { readonly hook: Hook; readonly priority: number; readonly policy: 'accept' | 'drop'; readonly text: string };
  readonly rules: readonly Rule[];
}

export interface SimElement {
  readonly tuple: Tuple;
  /** As it was written, which is how it is listed. */
  readonly text: string;
  readonly verdict?: Verdict;
  readonly verdictText?: string;
}

export interface SimSet {
  readonly types: readonly ValueType[];
  readonly typeText: string;
  readonly isMap: boolean;
  readonly isInterval: boolean;
  readonly elements: ReadonlyMap<string, SimElement>;
}

export interface SimCount {
  packets: number;
  bytes: number;
}

type Referent = `${'chain' | 'set' | 'counter'} ${string}`;

const referentsOfVerdict = (verdict: Verdict | undefined): Referent[] => (verdict?.kind === 'goto' || verdict?.kind === 'jump' ? [`chain ${verdict.chain}`] : []);

const referentsOf = ({ statements }: Rule): Referent[] =>
  statements.flatMap((statement): Referent[] => {
    if (statement.do === 'match') return statement.test.kind === 'set' ? [`set ${statement.test.set}`] : [];
    if (statement.do === 'vmap') return [`set ${statement.map}`];
    if (statement.do === 'inline vmap') return statement.entries.flatMap(({ verdict }) => referentsOfVerdict(verdict));
    if (statement.do === 'count') return [`counter ${statement.counter}`];
    return statement.do === 'verdict' ? referentsOfVerdict(statement.verdict) : [];
  });

export class SimTable {
  readonly chains: Map<string, SimChain>;
  readonly sets: Map<string, SimSet>;
  readonly counters: Map<string, SimCount>;
  readonly #references: Map<Referent, number>;
  /** Sets whose elements this copy owns already. */
  readonly #owned = new Set<string>();

  constructor(from?: SimTable) {
    this.chains = new Map(from?.chains);
    this.sets = new Map(from?.sets);
    this.counters = new Map(from?.counters);
    this.#references = new Map(from?.references());
  }

  references(): ReadonlyMap<Referent, number> {
    return this.#references;
  }

  addChain(name: string, base: SimChain['base']): void {
    const known = this.chains.get(name);
    if (known === undefined) this.chains.set(name, { ...(base === undefined ? {} : { base }), rules: [] });
    else if (base !== undefined && known.base?.text !== base.text) refuse('File exists');
  }

  addRule(chain: string, rule: Rule): void {
    const at = this.chains.get(chain) ?? refuse('No such file or directory');
    for (const statement of rule.statements) this.#checkTypes(statement);
    this.#refer(referentsOf(rule), 1);
    this.chains.set(chain, { ...at, rules: [...at.rules, rule] });
  }

  flushChain(name: string): void {
    const at = this.chains.get(name) ?? refuse('No such file or directory');
    for (const rule of at.rules) this.#refer(referentsOf(rule), -1);
    this.chains.set(name, { ...at, rules: [] });
  }

  deleteChain(name: string): void {
    this.flushChain(name);
    this.#free(`chain ${name}`);
    this.chains.delete(name);
  }

  addSet(name: string, set: SimSet): void {
    const known = this.sets.get(name);
    if (known === undefined) this.sets.set(name, set);
    else if (known.typeText !== set.typeText || known.isInterval !== set.isInterval) refuse('File exists');
  }

  deleteSet(name: string, isMap: boolean): void {
    const set = this.sets.get(name);
    if (set?.isMap !== isMap) return refuse('No such file or directory');
    this.#free(`set ${name}`);
    for (const { verdict } of set.elements.values()) this.#refer(referentsOfVerdict(verdict), -1);
    this.sets.delete(name);
  }

  addElement(name: string, key: string, element: SimElement): void {
    const set = this.sets.get(name) ?? refuse('No such file or directory');
    const known = set.elements.get(key);
    if (known !== undefined) {
      if (known.verdictText !== element.verdictText) refuse('File exists');
      return;
    }
    if (set.isInterval && [...set.elements.values()].some(({ tuple }) => tuplesOverlap(tuple, element.tuple))) refuse('File exists');
    this.#refer(referentsOfVerdict(element.verdict), 1);
    this.#ownElements(name, set).set(key, element);
  }

  deleteElement(name: string, key: string): void {
    const set = this.sets.get(name) ?? refuse('No such file or directory');
    const known = set.elements.get(key) ?? refuse('No such file or directory');
    this.#refer(referentsOfVerdict(known.verdict), -1);
    this.#ownElements(name, set).delete(key);
  }

  addCounter(name: string): void {
    if (!this.counters.has(name)) this.counters.set(name, { packets: 0, bytes: 0 });
  }

  deleteCounter(name: string): void {
    if (!this.counters.has(name)) refuse('No such file or directory');
    this.#free(`counter ${name}`);
    this.counters.delete(name);
  }

  #checkTypes(statement: Rule['statements'][number]): void {
    const name = statement.do === 'vmap' ? statement.map : statement.do === 'match' && statement.test.kind === 'set' ? statement.test.set : undefined;
    if (name === undefined) return;
    const set = this.sets.get(name) ?? refuse('No such file or directory');
    const asked = (statement as { readonly fields: readonly { readonly type: ValueType }[] }).fields.map(({ type }) => type);
    if (set.types.join(' . ') !== asked.join(' . ') || set.isMap !== (statement.do === 'vmap')) refuse('Invalid argument');
  }

  #ownElements(name: string, set: SimSet): Map<string, SimElement> {
    if (this.#owned.has(name)) return set.elements as Map<string, SimElement>;
    const elements = new Map(set.elements);
    this.sets.set(name, { ...set, elements });
    this.#owned.add(name);
    return elements;
  }

  #refer(referents: readonly Referent[], by: 1 | -1): void {
    for (const referent of referents) {
      if (by === 1 && !this.#exists(referent)) refuse('No such file or directory');
      const count = (this.#references.get(referent) ?? 0) + by;
      if (count === 0) this.#references.delete(referent);
      else this.#references.set(referent, count);
    }
  }

  #exists(referent: Referent): boolean {
    const [kind, name = ''] = referent.split(' ');
    return { chain: this.chains, set: this.sets, counter: this.counters }[kind as 'chain' | 'set' | 'counter'].has(name);
  }

  #free(referent: Referent): void {
    if (this.#references.has(referent)) refuse('Device or resource busy');
  }
}
