/**
 * The rows of one direction of a policy group, built when they are asked for.
 *
 * A class shows a policy group only those of its terms that the group's rules mention, so most classes look alike to it and one row
 * is built for all of them.
 *
 * @module
 */
import { type RuleAudit, RuleTally } from './audit-rules.ts';
import type { RowStore } from './build-row.ts';
import type { ClassRegistry } from './class-registry.ts';
import type { ClassId, ClassTable, Row, RowId } from './class-table.ts';
import type { Decisions } from './decisions.ts';
import type { RuleTable } from './rule-table.ts';
import { type TermSet, TermSets } from './term-sets.ts';
import { ownNodeTerm, type Term } from './terms.ts';

export interface Stores {
  readonly rows: RowStore;
  readonly decisions: Decisions;
}

/** What a policy group says to everybody. */
export interface GroupRows {
  /** No row is twice in it. The first one is that of class 0, and of every class that is not listed. */
  readonly rows: readonly Row[];
  readonly classes: readonly ClassId[];
  /** Of each of the classes: its place in `rows`, never 0. */
  readonly said: readonly number[];
}

export class GroupTable {
  /** Given up once it was called: it holds on to the rules of a whole plan. */
  #prepare: (() => RuleTable) | undefined;
  readonly #sets = new TermSets();
  readonly #rows = new Map<TermSet, Row>();
  #prepared: { readonly rules: RuleTable; readonly mentioned: ReadonlySet<Term> } | undefined;

  /** `prepare` is called when the first row is asked for. */
  constructor(prepare: () => RuleTable) {
    this.#prepare = prepare;
  }

  get #rules(): RuleTable {
    return this.#ready().rules;
  }

  #ready(): { readonly rules: RuleTable; readonly mentioned: ReadonlySet<Term> } {
    const rules = this.#prepare?.();
    if (rules !== undefined) this.#prepared = { rules, mentioned: new Set(rules.mentioned) };
    this.#prepare = undefined;
    if (this.#prepared === undefined) throw new Error('a group table has rules');
    return this.#prepared;
  }

  /** `isOwn`: the address is one of the judging node, whether or not the plan says so. */
  rowOf(terms: readonly Term[], stores: Stores, isOwn = false): Row {
    const { mentioned } = this.#ready();
    const seen = terms.filter((term) => mentioned.has(term));
    if (isOwn && seen[0] !== ownNodeTerm && mentioned.has(ownNodeTerm)) seen.unshift(ownNodeTerm);
    return this.#row(this.#sets.of(seen), stores);
  }

  /** Whether no more than so many classes, counted once for each of their terms, see anything of the rules. */
  isWithin(most: number, classes: ClassRegistry): boolean {
    let weight = 0;
    for (const term of this.#rules.mentioned) {
      weight += classes.classesWith(term).size;
      if (weight > most) return false;
    }
    return true;
  }

  /** The rows of all classes in use. */
  rows(classes: ClassRegistry, stores: Stores): GroupRows {
    const seen = this.#sets.ofClasses(this.#rules.mentioned, classes);
    const rows = [this.#row(0, stores)];
    const places = new Map<Row | undefined, number>([[rows[0], 0]]);
    const placeOf = (set: TermSet): number => {
      const row = this.#row(set, stores);
      const known = places.get(row);
      if (known !== undefined) return known;
      places.set(row, rows.length);
      return rows.push(row) - 1;
    };
    const bySet: number[] = [];
    const others: ClassId[] = [];
    const said: number[] = [];
    for (const [i, set] of seen.sets.entries()) {
      const place = (bySet[set] ??= placeOf(set));
      if (place === 0) continue;
      others.push(seen.classes[i] ?? 0);
      said.push(place);
    }
    return { rows, classes: others, said };
  }

  /** Over all classes in use. */
  audit(classes: ClassRegistry, stores: Stores): readonly RuleAudit[] {
    this.rows(classes, stores);
    const tally = new RuleTally();
    for (const set of this.#rows.keys()) tally.add(this.#rules.open(new Set(this.#sets.termsOf(set))), stores.decisions);
    return tally.all();
  }

  /** As the kernel gets them. */
  table(classes: ClassRegistry, stores: Stores): ClassTable {
    const { rows, classes: others, said } = this.rows(classes, stores);
    const ids = rows.map(({ id }) => id);
    const listed = others.flatMap((id, i): [ClassId, RowId][] => {
      const row = ids[said[i] ?? 0];
      return row === undefined ? [] : [[id, row]];
    });
    const rest: [ClassId, RowId][] = ids.slice(0, 1).map((row) => [0, row]);
    return { rows: new Map([...rest, ...listed.sort(([a], [b]) => a - b)]) };
  }

  #row(set: TermSet, { rows, decisions }: Stores): Row {
    const known = this.#rows.get(set);
    if (known !== undefined) return known;
    const row = rows.build(this.#rules.open(new Set(this.#sets.termsOf(set))), decisions);
    this.#rows.set(set, row);
    return row;
  }
}
