/**
 * Texts to documents, each knowing its file and the line of every path in it. A document that cannot be read harms no other.
 *
 * @module
 */
import { isMap, isSeq, LineCounter, type Node as YamlNode, parseAllDocuments } from 'yaml';
import { MAX_FILE_BYTES, type Source } from './source-files.ts';

export type Path = readonly (string | number)[];

export interface ManifestError {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly path: Path;
  readonly code: string;
  readonly message: string;
}

/** One Kubernetes object as it was written. */
export interface ManifestDocument {
  readonly file: string;
  readonly line: number;
  readonly cluster: string;
  readonly object: unknown;
  /** Line of the deepest part of a path that exists. */
  readonly lineOf: (path: Path) => number;
}

const MAX_DOCUMENTS = 20_000;
const MAX_ALIASES = 100;
const MAX_DEPTH = 64;

/** `clusters/<name>/` in a path says whose an object is; everything else is of the cluster `local`. */
export const clusterOf = (file: string): string => /(?:^|[/\\])clusters[/\\]([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)[/\\]/.exec(file)?.[1] ?? 'local';

export interface ReadDocuments {
  readonly documents: readonly ManifestDocument[];
  readonly errors: readonly ManifestError[];
}

export const readDocuments = (source: Source): ReadDocuments => {
  const { file, text } = source;
  const refuse = (line: number, code: string, message: string): ManifestError => ({ file, line, path: [], code, message });
  if (text.length > MAX_FILE_BYTES) return { documents: [], errors: [refuse(1, 'TOO_LARGE', `the file has more than ${MAX_FILE_BYTES} bytes`)] };
  const lines = new LineCounter();
  const documents: ManifestDocument[] = [];
  const errors: ManifestError[] = [];
  for (const parsed of parse(text, lines).slice(0, MAX_DOCUMENTS)) {
    const lineAt = (offset: number): number => Math.max(1, lines.linePos(offset).line);
    const [fault] = parsed.errors;
    if (fault !== undefined) errors.push(refuse(lineAt(fault.pos[0]), 'SYNTAX', fault.message.split('\n')[0] ?? 'not YAML'));
    else {
      const read = toObject(parsed);
      const line = lineAt(parsed.contents?.range?.[0] ?? parsed.range[0]);
      if ('problem' in read) errors.push(refuse(line, 'TOO_LARGE', read.problem));
      else if (read.object !== null && read.object !== undefined) documents.push({ file, line, cluster: clusterOf(file), object: read.object, lineOf: (path) => lineAt(offsetOf(parsed.contents, path) ?? parsed.range[0]) });
    }
  }
  return { documents, errors };
};

type Parsed = ReturnType<typeof parseAllDocuments>[number] & { readonly range: [number, number, number] };

const parse = (text: string, lineCounter: LineCounter): Parsed[] => {
  const documents = parseAllDocuments(text, { lineCounter, uniqueKeys: true, merge: false, prettyErrors: false });
  return Array.isArray(documents) ? ([...documents] as Parsed[]) : [];
};

const toObject = (document: Parsed): { readonly object: unknown } | { readonly problem: string } => {
  try {
    const object: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return depthOf(object, MAX_DEPTH) > MAX_DEPTH ? { problem: `nested deeper than ${MAX_DEPTH}` } : { object };
  } catch (error) {
    return { problem: `aliases that unfold too far, or that do not resolve (${error instanceof Error ? error.message : String(error)})` };
  }
};

const depthOf = (value: unknown, limit: number): number => {
  if (typeof value !== 'object' || value === null) return 0;
  if (limit < 0) return 1;
  let deepest = 0;
  for (const member of Object.values(value)) deepest = Math.max(deepest, depthOf(member, limit - 1));
  return deepest + 1;
};

const offsetOf = (root: unknown, path: Path): number | undefined => {
  let node = root;
  let offset = (root as YamlNode | null)?.range?.[0];
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => String((key as { value?: unknown }).value) === String(step));
      if (pair === undefined) break;
      offset = (pair.key as YamlNode).range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step];
      offset = (node as YamlNode | undefined)?.range?.[0] ?? offset;
    } else break;
  }
  return offset;
};

/** A List is its items, each with its own place. */
export const unfoldLists = (document: ManifestDocument): ManifestDocument[] => {
  const { kind, items } = document.object as { kind?: unknown; items?: unknown };
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items)) return [document];
  return items.map((object: unknown, i) => ({ ...document, object, line: document.lineOf(['items', i]), lineOf: (path) => document.lineOf(['items', i, ...path]) }));
};
