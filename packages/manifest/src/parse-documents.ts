/**
 * From the text of one file to objects of unknown content, each of which can say on which line a path of it stands.
 *
 * @module
 */
import { readRecord } from '@firsthop/base';
import { type Document, LineCounter, parseAllDocuments, type ParsedNode } from 'yaml';
import { clusterOf } from './cluster-of.ts';
import { inspectYaml, type YamlFault } from './inspect-yaml.ts';
import { manifestLimits } from './limits.ts';
import { fault, type Fault, formatPath, type Path, type Problem } from './problem.ts';
import { type Chunk, splitDocuments } from './split-documents.ts';

export interface Source {
  readonly file: string;
  readonly text: string;
}

export interface ManifestDocument {
  readonly file: string;
  readonly line: number;
  readonly cluster: string;
  readonly object: unknown;
  readonly problem: (found: Fault) => Problem;
}

export interface ParsedSource {
  readonly documents: readonly ManifestDocument[];
  readonly errors: readonly Problem[];
}

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

const problemIn = (file: string, line: number, { code, path, message }: Fault): Problem => ({ file, line, path: formatPath(path), code, message });

/** `PodList` says what its members are, so that they need not. */
const typedMember = (item: unknown, apiVersion: unknown, kind: string): unknown => {
  const member = readRecord(item);
  if (member === undefined || kind === 'List' || member.has('kind') || member.has('apiVersion')) return item;
  return Object.fromEntries([['apiVersion', apiVersion], ['kind', kind.slice(0, -'List'.length)], ...member]);
};

/** The members of a List or of a PodList, each an object of its own; anything else as it is. */
const unfold = (object: unknown, path: Path): { readonly object: unknown; readonly path: Path }[] => {
  const record = readRecord(object);
  const items = record?.get('items');
  const kind = record?.get('kind');
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items)) return [{ object, path }];
  return items.flatMap((item: unknown, i) => unfold(typedMember(item, record?.get('apiVersion'), kind), [...path, 'items', i]));
};

/** A tag that nobody knows here (!!binary, !!js/function) would be dropped, and its value mean something else. */
const refusals = ({ errors, warnings, contents }: Yaml): readonly YamlFault[] => {
  const unread = [...errors, ...warnings.filter(({ code }) => code === 'TAG_RESOLVE_FAILED')];
  if (unread.length === 0) return inspectYaml(contents);
  return unread.slice(0, manifestLimits.syntaxErrors).map(({ message, pos }) => (message.includes(stackOverflow) ? tooDeep : { offset: pos[0], code: 'SYNTAX', message: message.split('\n')[0] ?? 'not YAML' }));
};

const readDocument = (yaml: Yaml, file: string, lineAt: (offset: number) => number): ParsedSource => {
  const refused = refusals(yaml);
  if (refused.length > 0) return { documents: [], errors: refused.map(({ offset, code, message }) => problemIn(file, lineAt(offset), fault(code, [], message))) };
  const whole: unknown = yaml.toJS({ maxAliasCount: manifestLimits.aliases });
  if (isDeeper(whole, manifestLimits.depth)) return { documents: [], errors: [problemIn(file, lineAt(0), fault('TOO_LARGE', [], `nested deeper than ${manifestLimits.depth} levels`))] };
  if (whole === null || whole === undefined) return { documents: [], errors: [] };
  const documents = unfold(whole, []).map(({ object, path }) => {
    const line = (at: Path): number => lineAt(offsetOf(yaml, [...path, ...at]));
    return { file, line: line([]), cluster: clusterOf(file), object, problem: (found: Fault) => problemIn(file, line(found.path), found) };
  });
  return { documents, errors: [] };
};

/** What V8 says, and the parser hands on as if it were about the text. */
const stackOverflow = 'Maximum call stack size exceeded';
const tooDeep: YamlFault = { offset: 0, code: 'TOO_LARGE', message: 'nested too deeply' };

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

const readChunk = ({ text, line }: Chunk, file: string): ParsedSource[] => {
  if (opensTooMuch(text)) return [{ documents: [], errors: [problemIn(file, line, fault('TOO_LARGE', [], 'nested too deeply'))] }];
  const control = text.search(controlCharacter);
  if (control >= 0) return [{ documents: [], errors: [problemIn(file, line + text.slice(0, control).split('\n').length - 1, fault('SYNTAX', [], 'control characters are not allowed'))] }];
  const lines = new LineCounter();
  const lineAt = (offset: number): number => line - 1 + Math.max(1, lines.linePos(offset).line);
  try {
    const parsed = parseAllDocuments(text, { lineCounter: lines, merge: true, uniqueKeys: false, resolveKnownTags: false, logLevel: 'silent', prettyErrors: false });
    return 'empty' in parsed ? [] : parsed.map((yaml) => readDocument(yaml, file, lineAt));
  } catch (error) {
    // The parser throws on too many aliases and on nesting that overflows its stack.
    const said = error instanceof Error ? error.message : 'not YAML';
    const found = said.includes(stackOverflow) ? fault(tooDeep.code, [], tooDeep.message) : fault('SYNTAX', [], said);
    return [{ documents: [], errors: [problemIn(file, line, found)] }];
  }
};

export const parseDocuments = ({ file, text }: Source): ParsedSource => {
  if (text.length > manifestLimits.bytesPerFile) return { documents: [], errors: [problemIn(file, 1, fault('TOO_LARGE', [], `more than ${manifestLimits.bytesPerFile} bytes`))] };
  const chunks = splitDocuments(text.replace(/^\uFEFF/, ''));
  if (chunks.length > manifestLimits.documentsPerFile) return { documents: [], errors: [problemIn(file, 1, fault('TOO_LARGE', [], `more than ${manifestLimits.documentsPerFile} documents`))] };
  const read = chunks.flatMap((chunk) => readChunk(chunk, file));
  return { documents: read.flatMap(({ documents }) => documents), errors: read.flatMap(({ errors }) => errors) };
};
