/**
 * From the text of one file to objects of unknown content, each of which can say on which line a path of it stands.
 *
 * Plain YAML and JSON are read by the plain reader; all else by the real parser, and only so much of it as is bearable. Lines are looked
 * up by a second reading, so that nobody keeps them who has nothing to report.
 *
 * @module
 */
import { readRecord } from '@firsthop/base';
import { fault, type Fault, formatPath, type Path } from '@firsthop/objects';
import { clusterOf } from './cluster-of.ts';
import { manifestLimits } from './limits.ts';
import { type LineOf, plainLines, readPlain } from './plain/index.ts';
import type { Problem } from './problem.ts';
import { readYaml } from './read-yaml.ts';
import { type Chunk, splitDocuments } from './split-documents.ts';

export interface Source {
  readonly file: string;
  readonly text: string;
}

export interface ManifestDocument {
  readonly file: string;
  readonly cluster: string;
  readonly object: unknown;
  readonly problem: (found: Fault) => Problem;
}

export interface ParsedSource {
  readonly documents: readonly ManifestDocument[];
  readonly errors: readonly Problem[];
}

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
  if (typeof kind !== 'string' || !kind.endsWith('List')) return [{ object, path }];
  // An empty list, as Go writes it.
  if (items === null) return [];
  if (!Array.isArray(items)) return [{ object, path }];
  return items.flatMap((item: unknown, i) => unfold(typedMember(item, record?.get('apiVersion'), kind), [...path, 'items', i]));
};

/** One file's reading: what was read slowly so far, and the lines of the chunk that was asked about last. */
class Reading {
  readonly documents: ManifestDocument[] = [];
  readonly errors: Problem[] = [];
  readonly #file: string;
  readonly #cluster: string;
  #slowBytes = 0;
  #slowDocuments = 0;
  #asked: { readonly chunk: Chunk; readonly lines: readonly LineOf[] } | undefined;

  constructor(file: string) {
    this.#file = file;
    this.#cluster = clusterOf(file);
  }

  read(chunk: Chunk): void {
    const plain = readPlain(chunk.text);
    if (plain === undefined) this.#readSlowly(chunk);
    else this.#add(plain, (path) => this.#lines(chunk, () => [plainLines(chunk.text)], 0)(path) + chunk.line);
  }

  refuse(line: number, found: Fault): void {
    this.errors.push(problemIn(this.#file, line, found));
  }

  #readSlowly(chunk: Chunk): void {
    this.#slowBytes += chunk.text.length;
    this.#slowDocuments++;
    const { slowBytesPerFile, slowDocumentsPerFile } = manifestLimits;
    if (this.#slowBytes > slowBytesPerFile) return this.refuse(chunk.line, fault('TOO_LARGE', [], `more than ${slowBytesPerFile} bytes of YAML that is not plain (anchors, tags, tabs, folded texts): split the file, or write it as JSON`));
    if (this.#slowDocuments > slowDocumentsPerFile) return this.refuse(chunk.line, fault('TOO_LARGE', [], `more than ${slowDocumentsPerFile} documents that are not plain YAML: split the file`));
    for (const [i, reading] of readYaml(chunk.text).entries()) {
      if ('faults' in reading) for (const { line, code, message } of reading.faults) this.refuse(chunk.line + line, fault(code, [], message));
      else this.#add(reading.value, this.#slowLines(chunk, i, reading.lineOf([])));
    }
  }

  /** Where the document begins is known without reading it again. */
  #slowLines(chunk: Chunk, index: number, first: number): LineOf {
    const readAgain = (): LineOf[] => readYaml(chunk.text).map((again) => ('faults' in again ? () => 0 : again.lineOf));
    return (path) => chunk.line + (path.length === 0 ? first : this.#lines(chunk, readAgain, index)(path));
  }

  #lines(chunk: Chunk, readAgain: () => readonly LineOf[], index: number): LineOf {
    if (this.#asked?.chunk !== chunk) this.#asked = { chunk, lines: readAgain() };
    return this.#asked.lines[index] ?? (() => 0);
  }

  #add(whole: unknown, lineOf: LineOf): void {
    if (whole === null || whole === undefined) return;
    for (const { object, path } of unfold(whole, [])) this.documents.push({ file: this.#file, cluster: this.#cluster, object, problem: (found) => problemIn(this.#file, lineOf([...path, ...found.path]), found) });
  }
}

export const parseDocuments = ({ file, text }: Source): ParsedSource => {
  const reading = new Reading(file);
  const { bytesPerFile, documentsPerFile } = manifestLimits;
  if (text.length > bytesPerFile) {
    reading.refuse(1, fault('TOO_LARGE', [], `more than ${bytesPerFile} bytes`));
    return reading;
  }
  const chunks = splitDocuments(text.replace(/^\uFEFF/, ''));
  if (chunks.length > documentsPerFile) reading.refuse(1, fault('TOO_LARGE', [], `more than ${documentsPerFile} documents`));
  else for (const chunk of chunks) reading.read(chunk);
  return reading;
};
