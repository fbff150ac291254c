/**
 * Documents of other systems, translated cluster by cluster and read as if somebody had written what they become. Their faults are told
 * where people can mend them: in the foreign document.
 *
 * @module
 */
import { readRecord } from '@firsthop/base';
import { isForeign, type Plain, translate } from '@firsthop/dialect';
import { fault } from '@firsthop/objects';
import type { ClusterDraft } from './cluster-draft.ts';
import type { ManifestDocument } from './parse-documents.ts';
import { capFaults, type Problem } from './problem.ts';
import { takeDocument } from './take-document.ts';

export const isForeignDocument = ({ object }: ManifestDocument): boolean => {
  const record = readRecord(object);
  return record !== undefined && isForeign(record.get('apiVersion'), record.get('kind'));
};

export interface TranslatedDocument {
  readonly document: ManifestDocument;
  /** What it becomes. */
  readonly objects: readonly Plain[];
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** False: which object this is cannot be said. */
  readonly isNamed: boolean;
}

/** The foreign ones among them; each cluster is a set of its own. */
export const translateDocuments = (documents: readonly ManifestDocument[]): readonly TranslatedDocument[] => {
  const foreign = documents.filter(isForeignDocument);
  const clusters = [...new Set(foreign.map(({ cluster }) => cluster))];
  return clusters.flatMap((cluster) => {
    const own = foreign.filter((document) => document.cluster === cluster);
    const translations = translate(own.map(({ object }) => object));
    return own.flatMap((document, i): TranslatedDocument[] => {
      const translation = translations[i];
      if (translation === undefined) return [];
      const { objects, errors, notes, isNamed } = translation;
      return [{ document, objects, errors: capFaults(errors).map(document.problem), warnings: capFaults(notes).map(document.problem), isNamed }];
    });
  });
};

export interface TakenForeign {
  readonly errors: readonly Problem[];
  readonly unread: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** What was written there is not what is read, so a path into it would lead nowhere. */
const written = ({ document }: TranslatedDocument, object: Plain): ManifestDocument => ({
  ...document,
  object,
  problem: ({ code, message, path }) => document.problem(fault(code, code === 'DUPLICATE' ? path : [], message)),
});

export const takeForeign = (documents: readonly ManifestDocument[], drafts: ReadonlyMap<string, ClusterDraft>): TakenForeign => {
  const taken: { errors: Problem[]; unread: Problem[]; warnings: Problem[] } = { errors: [], unread: [], warnings: [] };
  for (const translated of translateDocuments(documents)) {
    const draft = drafts.get(translated.document.cluster);
    if (draft === undefined) continue;
    (translated.isNamed ? taken.errors : taken.unread).push(...translated.errors);
    taken.warnings.push(...translated.warnings);
    for (const object of translated.objects) {
      const own = written(translated, object);
      const read = takeDocument(own, draft);
      taken.errors.push(...capFaults(read.errors).map(own.problem));
      taken.warnings.push(...read.warnings.map(own.problem));
    }
  }
  return taken;
};
