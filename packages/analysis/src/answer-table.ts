/**
 * What the policy groups of a cluster say, as numbers in a few arrays.
 *
 * A verdict waits for memory and for little else: with thousands of groups and classes nothing that it touches is in a cache. So a row is
 * one step function over protocol and port together, all rows lie behind each other, and whoever asks touches one number of a
 * column, and one or two lines of a row.
 *
 * Law: the answer is the decision of the row, at every protocol and port.
 *
 * @module
 */
import type { ClassId, DecisionId, Row } from '@firsthop/classifier';
import type { Column } from './column.ts';

/** Which decision it was, by a number of the table's. */
export type Answer = number;

/** Of a policy group in one direction. */
export type ColumnNumber = number;

/** Protocol and port in one number, in the order of protocols, then ports. */
const keyOf = (protocol: number, port: number): number => protocol * 0x1_0000 + port;

interface Step {
  /** Until the next one's. */
  readonly key: number;
  readonly decision: DecisionId;
}

const stepsOf = ({ protocols, rest }: Row): Step[] => {
  const steps: Step[] = [{ key: 0, decision: rest }];
  for (const [protocol, list] of [...protocols].sort(([a], [b]) => a - b)) {
    if (steps.at(-1)?.key === keyOf(protocol, 0)) steps.pop();
    for (const { first, decision } of list) steps.push({ key: keyOf(protocol, first), decision });
    steps.push({ key: keyOf(protocol + 1, 0), decision: rest });
  }
  return steps;
};

/** Twice the room where it does not fit. */
const grown = (numbers: Int32Array<ArrayBuffer>, used: number, more: number): Int32Array<ArrayBuffer> => {
  if (used + more <= numbers.length) return numbers;
  const larger = new Int32Array(Math.max(2 * numbers.length, used + more));
  larger.set(numbers);
  return larger;
};

export class AnswerTable<T> {
  readonly #tell: (decision: DecisionId) => T;
  /** By column, then class: the number of a row. */
  #cells: Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer> = new Uint16Array(1024);
  /** Where each column begins in the cells, and behind the last one where they end. */
  #columns = new Int32Array([0, 0]);
  #columnCount = 0;
  readonly #rows = new Map<Row, number>();
  /** Where each row begins among the steps, and behind the last one where they end. */
  #starts = new Int32Array([0, 0]);
  /** Pairs: from this key on, this answer. */
  #steps = new Int32Array(1024);
  readonly #answers = new Map<DecisionId, Answer>();
  readonly #told: T[] = [];

  /** `tell`: what is said of a decision, once for each. */
  constructor(tell: (decision: DecisionId) => T) {
    this.#tell = tell;
  }

  /** Undefined: its classes lie too far apart. */
  add({ said, dense, others }: Column<Row>): ColumnNumber | undefined {
    if (others.size > 0) return undefined;
    const rows = said.map((row) => this.#rowNumber(row));
    const begin = this.#columns[this.#columnCount] ?? 0;
    // One cell more than there are classes in it, for all the others.
    const end = begin + dense.length + 1;
    this.#makeCells(end);
    for (const [id, place] of dense.entries()) this.#cells[begin + id] = rows[place] ?? 0;
    this.#cells[end - 1] = rows[0] ?? 0;
    this.#columns = grown(this.#columns, this.#columnCount + 1, 1);
    this.#columns[this.#columnCount + 1] = end;
    return this.#columnCount++;
  }

  ask(column: ColumnNumber, id: ClassId, protocol: number, port: number): Answer {
    const last = (this.#columns[column + 1] ?? 0) - 1;
    const cell = (this.#columns[column] ?? 0) + id;
    const row = this.#cells[cell < last ? cell : last] ?? 0;
    const key = keyOf(protocol, port);
    const steps = this.#steps;
    let low = this.#starts[row] ?? 0;
    let high = (this.#starts[row + 1] ?? 0) - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((steps[2 * middle] ?? 0) <= key) low = middle;
      else high = middle - 1;
    }
    return steps[2 * low + 1] ?? 0;
  }

  /** What was made of the decision. */
  told(answer: Answer): T {
    return this.#told[answer] as T;
  }

  /** The same for a decision that was found elsewhere. */
  toldOf(id: DecisionId): T {
    return this.told(this.#answerOf(id));
  }

  #makeCells(length: number): void {
    const isWide = this.#cells.BYTES_PER_ELEMENT > 2 || this.#rows.size > 0xffff;
    const isRoom = length <= this.#cells.length;
    if (isRoom && isWide === this.#cells.BYTES_PER_ELEMENT > 2) return;
    const room = isRoom ? this.#cells.length : Math.max(length, 2 * this.#cells.length);
    const cells = isWide ? new Uint32Array(room) : new Uint16Array(room);
    cells.set(this.#cells);
    this.#cells = cells;
  }

  #rowNumber(row: Row): number {
    const known = this.#rows.get(row);
    if (known !== undefined) return known;
    const number = this.#rows.size;
    const begin = this.#starts[number] ?? 0;
    const steps = stepsOf(row);
    this.#steps = grown(this.#steps, 2 * begin, 2 * steps.length);
    for (const [i, { key, decision }] of steps.entries()) {
      this.#steps[2 * (begin + i)] = key;
      this.#steps[2 * (begin + i) + 1] = this.#answerOf(decision);
    }
    this.#starts = grown(this.#starts, number + 1, 1);
    this.#starts[number + 1] = begin + steps.length;
    this.#rows.set(row, number);
    return number;
  }

  #answerOf(id: DecisionId): Answer {
    const known = this.#answers.get(id);
    if (known !== undefined) return known;
    const answer = this.#told.push(this.#tell(id)) - 1;
    this.#answers.set(id, answer);
    return answer;
  }
}
