/**
 * One row: what a policy group says to one class, for every protocol and port.
 *
 * @module
 */
import { contentId } from '@firsthop/base';
import type { DecisionId, Row, RowId, Step } from './class-table.ts';
import { type OpenStage, SegmentWalk } from './decide-segments.ts';
import type { Decisions } from './decisions.ts';
import { PortSpace } from './port-space.ts';

const stepsOf = (starts: readonly number[], decisions: readonly DecisionId[]): Step[] => {
  const steps: Step[] = [];
  for (const [i, first] of starts.entries()) {
    const decision = decisions[i];
    const last = (starts[i + 1] ?? 65_536) - 1;
    const open = steps.at(-1);
    if (decision === undefined) continue;
    if (open?.decision === decision) steps[steps.length - 1] = { ...open, last };
    else steps.push({ first, last, decision });
  }
  return steps;
};

const textOf = (protocols: ReadonlyMap<number, readonly Step[]>, rest: DecisionId): string =>
  `${rest}${[...protocols].map(([protocol, steps]) => `;${protocol}:${steps.map(({ first, decision }) => `${first} ${decision}`).join(',')}`).join('')}`;

/** Hashed when somebody asks for its name: most analyses never do. */
class NamedRow implements Row {
  readonly protocols: ReadonlyMap<number, readonly Step[]>;
  readonly rest: DecisionId;
  readonly #text: string;
  #id: RowId | undefined;

  constructor(protocols: ReadonlyMap<number, readonly Step[]>, rest: DecisionId, text: string) {
    this.protocols = protocols;
    this.rest = rest;
    this.#text = text;
  }

  get id(): RowId {
    return (this.#id ??= contentId(this.#text) as RowId);
  }
}

/** Rows by content: equal functions are one row. */
export class RowStore {
  readonly #byText = new Map<string, Row>();

  get size(): number {
    return this.#byText.size;
  }

  rows(): Iterable<Row> {
    return this.#byText.values();
  }

  build(stages: readonly OpenStage[], decisions: Decisions): Row {
    const space = new PortSpace(stages.flatMap(({ rules }) => rules.flatMap(({ services }) => services)));
    const decided = new SegmentWalk(space, decisions).walk(stages);
    const rest = decided[space.size - 1];
    if (rest === undefined) throw new Error('a port space has a last segment');
    const protocols = new Map<number, Step[]>();
    for (const { number, offset, starts } of space.protocols) {
      const steps = stepsOf(starts, decided.slice(offset, offset + starts.length));
      // A protocol that is answered as all others are is not told apart: equal functions get equal rows.
      if (steps.length > 1 || steps[0]?.decision !== rest) protocols.set(number, steps);
    }
    return this.#intern(protocols, rest);
  }

  #intern(protocols: ReadonlyMap<number, readonly Step[]>, rest: DecisionId): Row {
    const text = textOf(protocols, rest);
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const row = new NamedRow(protocols, rest, text);
    this.#byText.set(text, row);
    return row;
  }
}
