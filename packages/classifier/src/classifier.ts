/**
 * The plan of a node as class tables.
 *
 * Law: the tables answer as the plan's stages do, for every address, protocol and port. Class numbers stay with their
 * terms from plan to plan; everything else is a function of the plan alone.
 *
 * @module
 */
import { type Address, compareAddresses, nextAddress } from '@firsthop/netaddr';
import { emptyPlan, type NodePlan } from '@firsthop/plan';
import { ClassInterner } from './class-interner.ts';
import type { ClassId, ClassTables } from './class-table.ts';
import { type CutRange, cutRanges, findRange } from './cut-ranges.ts';
import { TableBuilder } from './table-builder.ts';
import { exactTerms, mentionedRanges } from './terms.ts';

type ClassRange = ClassTables['ranges'][number];

export class Classifier {
  readonly #interner = new ClassInterner();
  #tables: ClassTables;

  constructor() {
    this.#tables = this.#classify(emptyPlan(''));
  }

  replace(plan: NodePlan): void {
    this.#interner.beginRound();
    this.#tables = this.#classify(plan);
  }

  tables(): ClassTables {
    return this.#tables;
  }

  #classify(plan: NodePlan): ClassTables {
    const cuts = cutRanges(mentionedRanges(plan));
    const ranges = this.#classRanges(cuts);
    const addresses = this.#classAddresses(plan, cuts);
    const builder = new TableBuilder(plan.rules, [...this.#interner.classes()]);
    const groups = new Map([...plan.policyGroups.values()].map(({ id, ingress, egress }) => [id, { ingress: builder.table(ingress), egress: builder.table(egress) }]));
    return { addresses, ranges, rows: builder.rows, decisions: builder.decisions.all, groups, endpoints: plan.endpoints, ownNode: plan.ownNode };
  }

  /** Neighbours of one class become one range. */
  #classRanges(cuts: readonly CutRange[]): ClassRange[] {
    const merged: ClassRange[] = [];
    for (const { range, terms } of cuts) {
      const id = this.#interner.idOf(terms);
      const open = merged.at(-1);
      const isTouching = open !== undefined && open.class === id && touches(open.range.last, range.first);
      if (isTouching) merged[merged.length - 1] = { range: { first: open.range.first, last: range.last }, class: id };
      else merged.push({ range, class: id });
    }
    return merged;
  }

  #classAddresses(plan: NodePlan, cuts: readonly CutRange[]): Map<Address, ClassId> {
    const exact = [...exactTerms(plan)].sort(([a], [b]) => compareAddresses(a, b));
    return new Map(exact.map(([address, terms]) => [address, this.#interner.idOf([...terms, ...(findRange(cuts, address)?.terms ?? [])])]));
  }
}

const touches = (last: Address, first: Address): boolean => nextAddress(last) === first;
