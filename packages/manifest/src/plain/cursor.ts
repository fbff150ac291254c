/**
 * Where a reading of plain YAML stands, and what it has marked. Line by line for blocks, character by character inside of brackets.
 *
 * @module
 */
import { doubleQuoted, unsure } from './plain-scalar.ts';

/** Thrown, for a way out of any depth at no cost on the way in: the document is not of the plain kind. Caught in read-plain.ts only. */
export const notPlain: unique symbol = Symbol('not plain');

export const bail = (): never => {
  throw notPlain;
};

/** Lines of lists and objects, and of the members in each. */
export interface Marks {
  readonly starts: Map<object, number>;
  readonly members: Map<object, Map<string | number, number>>;
}

const space = 32;
const lineEnd = 10;
const hash = 35;

/** Deeper ones are left to the parser that counts. */
const depthLimit = 48;
/** Longer ones are no Kubernetes object's: etcd takes 1.5 MB. */
const tokenLimit = 1_500_000;

export class Cursor {
  readonly text: string;
  readonly marks: Marks | undefined;
  at = 0;
  /** Column of the present line's first character; -1 behind the last line. */
  indent = -1;
  /** Where the present line ends. */
  end = 0;
  /** From 0. */
  line = -1;
  #start = 0;
  #next = 0;
  #depth = 0;

  constructor(text: string, marks: Marks | undefined) {
    this.text = text;
    this.marks = marks;
  }

  get column(): number {
    return this.at - this.#start;
  }

  /** To the next line that holds more than blanks and a comment. */
  nextLine(): void {
    const { text } = this;
    while (this.#next < text.length) {
      this.#takeLine();
      let at = this.#start;
      while (at < this.end && text.charCodeAt(at) === space) at++;
      if (at === this.end || text.charCodeAt(at) === hash) continue;
      this.at = at;
      this.indent = at - this.#start;
      return;
    }
    this.at = this.end = text.length;
    this.indent = -1;
  }

  #takeLine(): void {
    const found = this.text.indexOf('\n', this.#next);
    this.#start = this.#next;
    this.end = found < 0 ? this.text.length : found;
    if (this.end - this.#start > tokenLimit && !this.#opensBracket()) bail();
    this.#next = this.end + 1;
    this.line++;
  }

  /** A whole JSON file may be one line; its texts are measured one by one. */
  #opensBracket(): boolean {
    const code = this.text.charCodeAt(this.#start);
    return code === 123 || code === 91;
  }

  /** The next line whatever it holds, or undefined; for texts after `|`. */
  rawLine(): string | undefined {
    if (this.#next >= this.text.length) return undefined;
    this.#takeLine();
    return this.text.slice(this.#start, this.end);
  }

  /** Undoes the last `rawLine`. */
  back(): void {
    this.#next = this.#start;
    this.line--;
  }

  /** Brackets at the root may go over any number of lines: from here on the whole text is one. */
  joinLines(): void {
    this.end = this.#next = this.text.length;
  }

  code(): number {
    return this.at < this.end ? this.text.charCodeAt(this.at) : lineEnd;
  }

  skipSpaces(): void {
    for (;;) {
      const code = this.code();
      if (this.at >= this.end) return;
      if (code === lineEnd) this.line++;
      else if (code !== space) return;
      this.at++;
    }
  }

  /** Nothing but a comment is left of this line. */
  isAtEnd(): boolean {
    const from = this.at;
    this.skipSpaces();
    return this.at >= this.end || (this.code() === hash && this.at > from);
  }

  /** The quoted text that begins here; behind it afterwards. */
  quoted(): string {
    return this.code() === 34 ? this.#double() : this.#single();
  }

  #double(): string {
    const from = this.at;
    for (let at = from + 1; at < this.end; at++) {
      const code = this.text.charCodeAt(at);
      if (code === 92) at++;
      else if (code === lineEnd || at - from > tokenLimit) return bail();
      else if (code === 34) {
        this.at = at + 1;
        const read = doubleQuoted(this.text.slice(from, at + 1));
        return read === unsure ? bail() : read;
      }
    }
    return bail();
  }

  #single(): string {
    const from = this.at + 1;
    for (let at = from; at < this.end; at++) {
      const code = this.text.charCodeAt(at);
      if (code === lineEnd || at - from > tokenLimit) return bail();
      if (code !== 39) continue;
      if (this.text.charCodeAt(at + 1) === 39 && at + 1 < this.end) {
        at++;
        continue;
      }
      this.at = at + 1;
      return this.text.slice(from, at).replaceAll("''", "'");
    }
    return bail();
  }

  enter<T extends object>(container: T): T {
    this.#depth++;
    if (this.#depth > depthLimit) bail();
    this.marks?.starts.set(container, this.line);
    return container;
  }

  leave(): void {
    this.#depth--;
  }

  /** The member stands on the present line. */
  mark(container: object, key: string | number): void {
    if (this.marks === undefined) return;
    const { members } = this.marks;
    const lines = members.get(container) ?? new Map<string | number, number>();
    members.set(container, lines);
    lines.set(key, this.line);
  }
}

/** A key twice is an error, and the real parser says where. */
export const put = (object: Record<string, unknown>, key: string, value: unknown): void => {
  if (Object.hasOwn(object, key)) bail();
  object[key] = value;
};
