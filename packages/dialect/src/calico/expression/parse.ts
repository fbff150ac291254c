/**
 * From the text of a selector to an expression. Linear in the text's length; nesting and length are bounded.
 *
 * A value that no label can have is never equal to one, so it is left out of the comparison: the meaning is the same.
 *
 * @module
 */
import { isLabelKey, isLabelValue } from '@firsthop/selector';
import { describe, type Notebook, type Path } from '../../notebook.ts';
import { all, type Expression } from './expression.ts';
import { lex, type Token } from './lex.ts';

const longest = 16_384;
const deepest = 32;

class SyntaxFault {
  readonly at: number;
  readonly message: string;
  readonly isUnsayable: boolean;

  constructor(at: number, message: string, isUnsayable = false) {
    this.at = at;
    this.message = message;
    this.isUnsayable = isUnsayable;
  }
}

type Parsed = Expression | SyntaxFault;

class Parser {
  readonly #tokens: readonly Token[];
  readonly #length: number;
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], length: number) {
    this.#tokens = tokens;
    this.#length = length;
  }

  whole(): Parsed {
    const parsed = this.#chain('||', 'or', () => this.#chain('&&', 'and', () => this.#operand()));
    const rest = this.#tokens[this.#next];
    return parsed instanceof SyntaxFault || rest === undefined ? parsed : new SyntaxFault(rest.at, `${describe(rest.text)} is not expected here`);
  }

  #take(...texts: string[]): boolean {
    const isThere = texts.every((text, i) => {
      const token = this.#tokens[this.#next + i];
      return token !== undefined && token.kind !== 'text' && token.text === text;
    });
    if (isThere) this.#next += texts.length;
    return isThere;
  }

  #fault(wanted: string): SyntaxFault {
    const token = this.#tokens[this.#next];
    return new SyntaxFault(token?.at ?? this.#length, `${wanted} is expected here, not ${token === undefined ? 'the end' : describe(token.text)}`);
  }

  #chain(sign: string, kind: 'and' | 'or', part: () => Parsed): Parsed {
    const parts: Expression[] = [];
    do {
      const parsed = part();
      if (parsed instanceof SyntaxFault) return parsed;
      parts.push(parsed);
    } while (this.#take(sign));
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind, of: parts };
  }

  #operand(): Parsed {
    if (this.#depth >= deepest) return new SyntaxFault(this.#tokens[this.#next]?.at ?? this.#length, `nested deeper than ${deepest} levels`);
    this.#depth++;
    const parsed = this.#nested() ?? this.#comparison();
    this.#depth--;
    return parsed;
  }

  #nested(): Parsed | undefined {
    if (this.#take('!')) {
      const of = this.#operand();
      return of instanceof SyntaxFault ? of : { kind: 'not', of };
    }
    if (this.#take('all', '(', ')')) return all;
    if (this.#take('global', '(', ')')) return { kind: 'global' };
    if (this.#take('has', '(')) return this.#has();
    if (!this.#take('(')) return undefined;
    const inner = this.#chain('||', 'or', () => this.#chain('&&', 'and', () => this.#operand()));
    return inner instanceof SyntaxFault || this.#take(')') ? inner : this.#fault('")"');
  }

  #has(): Parsed {
    const key = this.#key();
    if (key instanceof SyntaxFault) return key;
    return this.#take(')') ? { kind: 'has', key } : this.#fault('")"');
  }

  #key(): string | SyntaxFault {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'word') return this.#fault('a label');
    if (!isLabelKey(token.text)) return new SyntaxFault(token.at, `${describe(token.text)} is not a label key`);
    this.#next++;
    return token.text;
  }

  #comparison(): Parsed {
    const key = this.#key();
    if (key instanceof SyntaxFault) return key;
    const token = this.#tokens[this.#next];
    if (this.#take('==')) return this.#is(key, this.#value(), false);
    if (this.#take('!=')) return this.#is(key, this.#value(), true);
    if (this.#take('in')) return this.#is(key, this.#values(), false);
    if (this.#take('not', 'in')) return this.#is(key, this.#values(), true);
    const isUnsayable = this.#take('contains') || this.#take('starts', 'with') || this.#take('ends', 'with');
    return isUnsayable ? new SyntaxFault(token?.at ?? 0, 'a part of a value cannot be said in label selectors', true) : this.#fault('one of ==, !=, in, not in');
  }

  #is(key: string, values: readonly string[] | SyntaxFault, isNegative: boolean): Parsed {
    if (values instanceof SyntaxFault) return values;
    const is: Expression = { kind: 'is', key, values: [...new Set(values.filter(isLabelValue))].sort() };
    return isNegative ? { kind: 'not', of: is } : is;
  }

  #value(): readonly string[] | SyntaxFault {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'text') return this.#fault('a value in quotes');
    this.#next++;
    return [token.text];
  }

  #values(): readonly string[] | SyntaxFault {
    if (!this.#take('{')) return this.#fault('"{"');
    const values: string[] = [];
    if (this.#take('}')) return values;
    do {
      const value = this.#value();
      if (value instanceof SyntaxFault) return value;
      values.push(...value);
    } while (this.#take(','));
    return this.#take('}') ? values : this.#fault('"}"');
  }
}

const parse = (text: string): Parsed => {
  const lexed = lex(text);
  if ('message' in lexed) return new SyntaxFault(lexed.at, lexed.message);
  return lexed.tokens.length === 0 ? all : new Parser(lexed.tokens, text.length).whole();
};

/** Undefined: not written, or at fault. The empty text is everything. */
export const readExpression = (raw: unknown, path: Path, book: Notebook): Expression | undefined => {
  const text = book.text(raw, path);
  if (text === undefined) return undefined;
  if (text.length > longest) return book.error('TOO_LARGE', path, `a selector of ${text.length} characters, and at most ${longest} are read`);
  const parsed = parse(text);
  if (!(parsed instanceof SyntaxFault)) return parsed;
  return book.error(parsed.isUnsayable ? 'UNSUPPORTED' : 'SELECTOR_INVALID', path, `at character ${parsed.at + 1}: ${parsed.message}`);
};
