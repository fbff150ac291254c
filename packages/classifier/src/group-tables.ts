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
import { ownNodeTerm, type Term } from './terms.ts';

export interface Stores {
  readonly rows: RowStore;
  readonly decisions: Decisions;
}

/** A class that is not listed has the row of class 0. */
export interface GroupRows {
  readonly rest: Row;
  readonly others: ReadonlyMap<ClassId, Row>;
}

export class GroupTable {
  /** Given up once it was called: it holds on to the rules of a whole plan. */
  #prepare: (() => RuleTable) | undefined;
  readonly #bySignature = new Map<string, Row>();
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
    return this.#row(seen, stores);
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
    const rest = this.#row([], stores);
    const seen = new Map<ClassId, Term[]>();
    for (const term of this.#rules.mentioned)
      for (const id of classes.classesWith(term)) {
        const terms = seen.get(id);
        if (terms === undefined) seen.set(id, [term]);
        else terms.push(term);
      }
    const others = new Map<ClassId, Row>();
    for (const [id, terms] of seen) {
      const row = this.#row(terms, stores);
      if (row !== rest) others.set(id, row);
    }
    return { rest, others };
  }

  /** Over all classes in use. */
  audit(classes: ClassRegistry, stores: Stores): readonly RuleAudit[] {
    this.rows(classes, stores);
    const tally = new RuleTally();
    for (const signature of this.#bySignature.keys()) tally.add(this.#rules.open(new Set(signature === '' ? [] : signature.split(' ').map(Number))), stores.decisions);
    return tally.all();
  }

  /** As the kernel gets them. */
  table(classes: ClassRegistry, stores: Stores): ClassTable {
    const { rest, others } = this.rows(classes, stores);
    return { rows: new Map<ClassId, RowId>([[0, rest.id], ...[...others].sort(([a], [b]) => a - b).map(([id, row]): [ClassId, RowId] => [id, row.id])]) };
  }

  #row(seen: readonly Term[], { rows, decisions }: Stores): Row {
    const signature = seen.join(' ');
    const known = this.#bySignature.get(signature);
    if (known !== undefined) return known;
    const row = rows.build(this.#rules.open(new Set(seen)), decisions);
    this.#bySignature.set(signature, row);
    return row;
  }
}
