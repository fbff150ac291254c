/**
 * Whole plans as texts in pieces, for many nodes at once: what several of them have is written once, and is the same piece for all.
 *
 * The texts of a plan's pieces one after another are `canonicalJson(encodePlan(plan))`. What a piece is made of is the caller's: bytes, most of
 * the time.
 *
 * @module
 */
import { compareText } from '@firsthop/base';
import type { NodePlan } from './node-plan.ts';
import { addressGroupText, addressesText, endpointText, policyGroupText, revisionText, ruleText } from './object-text.ts';

interface Named {
  readonly id: string;
}

/** An object of as many characters has a piece of its own, which all lists share; a smaller one is written again faster than it is found. */
const large = 256;

/** P: a piece. */
export class PlanWriter<P> {
  readonly #make: (text: string) => P;
  readonly #comma: P;
  readonly #begin: readonly P[];
  readonly #end: readonly P[];
  readonly #large = new WeakMap<Named, P>();
  /** Of whole lists, by the map that holds them: nodes that have the same share the map. */
  readonly #lists = new WeakMap<ReadonlyMap<string, Named>, readonly P[]>();

  /** To be kept for as long as plans of about one moment are written. `make` is asked once for each text that several plans may share. */
  constructor(make: (text: string) => P) {
    this.#make = make;
    this.#comma = make(',');
    this.#begin = [make('{"addressGroups":[')];
    this.#end = [make(']}')];
  }

  /** In runs: one that several nodes have is the same object for all, however many pieces it holds. */
  runs(plan: NodePlan): readonly (readonly P[])[] {
    let endpoints = '';
    for (const endpoint of inOrder(plan.endpoints)) endpoints += `${endpoints === '' ? '' : ','}${endpointText(endpoint)}`;
    return [
      this.#begin,
      this.#list(plan.addressGroups, addressGroupText),
      [this.#make(`],"endpoints":[${endpoints}],"node":${JSON.stringify(plan.node)},"ownNode":${addressesText(plan.ownNode)},"policyGroups":[`)],
      this.#list(plan.policyGroups, policyGroupText),
      [this.#make(`],"revision":${revisionText(plan.revision)},"rules":[`)],
      this.#list(plan.rules, ruleText),
      this.#end,
    ];
  }

  #list<T extends Named>(map: ReadonlyMap<string, T>, textOf: (one: T) => string): readonly P[] {
    const known = this.#lists.get(map);
    if (known !== undefined) return known;
    const made: P[] = [];
    let [small, comma] = ['', ''];
    for (const one of inOrder(map)) {
      const piece = this.#large.get(one);
      const text = piece === undefined ? textOf(one) : '';
      if (piece === undefined && text.length < large) small += `${comma}${text}`;
      else {
        if (small !== '') made.push(this.#make(small));
        small = '';
        if (comma !== '') made.push(this.#comma);
        made.push(piece ?? this.#keep(one, text));
      }
      comma = ',';
    }
    if (small !== '') made.push(this.#make(small));
    this.#lists.set(map, made);
    return made;
  }

  #keep(one: Named, text: string): P {
    const made = this.#make(text);
    this.#large.set(one, made);
    return made;
  }
}

/** Most of them are. */
const isInOrder = (list: readonly Named[]): boolean => list.every(({ id }, i) => i === 0 || (list[i - 1]?.id ?? '') < id);
const inOrder = <T extends Named>(map: ReadonlyMap<string, T>): T[] => {
  const list = [...map.values()];
  return isInOrder(list) ? list : list.sort((a, b) => compareText(a.id, b.id));
};
