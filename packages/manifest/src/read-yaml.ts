/**
 * The whole of YAML, through the real parser: slow, bounded, and exact about lines.
 *
 * @module
 */
import type { Path } from '@firsthop/objects';
import { type Document, LineCounter, parseAllDocuments, type ParsedNode } from 'yaml';
import { inspectYaml, type YamlFault } from './inspect-yaml.ts';
import { manifestLimits } from './limits.ts';
import type { LineOf } from './plain/index.ts';

/** One document of a text. Lines are those of the text, from 0. */
export type YamlReading = { readonly value: unknown; readonly lineOf: LineOf } | { readonly faults: readonly { readonly line: number; readonly code: YamlFault['code']; readonly message: string }[] };

type Yaml = Document.Parsed<ParsedNode>;

const isDeeper = (value: unknown, depth: number): boolean => typeof value === 'object' && value !== null && (depth === 0 || Object.values(value).some((member) => isDeeper(member, depth - 1)));

/** The nearest written ancestor has a line, even where the path itself names something that is missing. */
const offsetOf = (yaml: Yaml, path: Path): number => {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? yaml.contents : yaml.getIn(path.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range) && typeof node.range[0] === 'number') return node.range[0];
  }
  return 0;
};

/** What V8 says, and the parser hands on as if it were about the text. */
const stackOverflow = 'Maximum call stack size exceeded';
const tooDeep: YamlFault = { offset: 0, code: 'TOO_LARGE', message: 'nested too deeply' };

/** A tag that nobody knows here (!!binary, !!js/function) would be dropped, and its value mean something else. */
const refusals = ({ errors, warnings, contents }: Yaml): readonly YamlFault[] => {
  const unread = [...errors, ...warnings.filter(({ code }) => code === 'TAG_RESOLVE_FAILED')];
  if (unread.length === 0) return inspectYaml(contents);
  return unread.slice(0, manifestLimits.syntaxErrors).map(({ message, pos }) => (message.includes(stackOverflow) ? tooDeep : { offset: pos[0], code: 'SYNTAX', message: message.split('\n')[0] ?? 'not YAML' }));
};

const readDocument = (yaml: Yaml, lineAt: (offset: number) => number): YamlReading => {
  const refused = refusals(yaml);
  if (refused.length > 0) return { faults: refused.map(({ offset, code, message }) => ({ line: lineAt(offset), code, message })) };
  const value: unknown = yaml.toJS({ maxAliasCount: manifestLimits.aliases });
  if (isDeeper(value, manifestLimits.depth)) return { faults: [{ line: lineAt(0), code: 'TOO_LARGE', message: `nested deeper than ${manifestLimits.depth} levels` }] };
  return { value, lineOf: (path) => lineAt(offsetOf(yaml, path)) };
};

/** YAML has none of them, and nobody writes one by accident. */
const controlCharacter = /(?![\t\n\r\u0085])\p{Cc}/u;

const opensTooMuch = (text: string): boolean => {
  let open = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    open = bracket === '[' || bracket === '{' ? open + 1 : Math.max(0, open - 1);
    if (open > manifestLimits.openBrackets) return true;
  }
  return false;
};

const refuse = (line: number, code: YamlFault['code'], message: string): YamlReading[] => [{ faults: [{ line, code, message }] }];

/** Half of the parser's time on a text full of mistakes is the stack of each, which nobody looks at. */
const withoutStacks = <T>(read: () => T): T => {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return read();
  } finally {
    Error.stackTraceLimit = limit;
  }
};

export const readYaml = (text: string): readonly YamlReading[] => withoutStacks(() => read(text));

const read = (text: string): readonly YamlReading[] => {
  if (opensTooMuch(text)) return refuse(0, tooDeep.code, tooDeep.message);
  const control = text.search(controlCharacter);
  if (control >= 0) return refuse(text.slice(0, control).split('\n').length - 1, 'SYNTAX', 'control characters are not allowed');
  const lines = new LineCounter();
  const lineAt = (offset: number): number => Math.max(1, lines.linePos(offset).line) - 1;
  try {
    const parsed = parseAllDocuments(text, { lineCounter: lines, merge: true, uniqueKeys: false, resolveKnownTags: false, logLevel: 'silent', prettyErrors: false });
    return 'empty' in parsed ? [] : parsed.map((yaml) => readDocument(yaml, lineAt));
  } catch (error) {
    // The parser throws on too many aliases and on nesting that overflows its stack.
    const said = error instanceof Error ? error.message : 'not YAML';
    return said.includes(stackOverflow) ? refuse(0, tooDeep.code, tooDeep.message) : refuse(0, 'SYNTAX', said);
  }
};
