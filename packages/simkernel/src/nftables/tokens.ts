/** Words and punctuation of nft's language; a quoted string keeps its quotes, a raw payload expression is one word. */
export const tokenise = (text: string): string[] => text.match(/"[^"]*"|@\w+,\d+,\d+|[{},;()]|[^\s{},;()]+/g) ?? [];

/** Reads tokens one after another; every refusal says what stands there. */
export class Tokens {
  readonly #all: readonly string[];
  #at = 0;

  constructor(all: readonly string[]) {
    this.#all = all;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#all.length;
  }

  /** The token `ahead` places on, or an empty string past the end. */
  peek(ahead = 0): string {
    return this.#all[this.#at + ahead] ?? '';
  }

  next(): string {
    const token = this.#all[this.#at++];
    if (token === undefined) throw new SyntaxFault('syntax error, unexpected end of line');
    return token;
  }

  /** Takes the words if they stand here. */
  take(...words: readonly string[]): boolean {
    if (!words.every((word, i) => this.peek(i) === word)) return false;
    this.#at += words.length;
    return true;
  }

  expect(word: string): void {
    const token = this.next();
    if (token !== word) throw new SyntaxFault(`syntax error, unexpected ${token}, expecting ${word}`);
  }

  /** Everything between here and the closing brace, split at commas. */
  braces(): string[][] {
    this.expect('{');
    const parts: string[][] = [[]];
    for (let token = this.next(); token !== '}'; token = this.next()) {
      if (token === ',') parts.push([]);
      else parts.at(-1)?.push(token);
    }
    return parts.filter((part) => part.length > 0);
  }
}

/** What nft refuses before the kernel sees it. */
export class SyntaxFault extends Error {
  override readonly name = 'SyntaxFault';
}
