/**
 * Manifests with foreign policies to manifests with our own: the foreign documents are replaced by what they become, everything else
 * stays as it was written. What `loadManifests` makes of the result is what it makes of the original.
 *
 * @module
 */
import { compareText, readRecord } from '@firsthop/base';
import { stringify } from 'yaml';
import { parseDocuments, type Source } from './parse-documents.ts';
import type { Problem } from './problem.ts';
import { translateDocuments } from './take-foreign.ts';

export interface ConvertedCluster {
  readonly cluster: string;
  readonly objects: readonly unknown[];
}

export interface ConvertedManifests {
  readonly clusters: readonly ConvertedCluster[];
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Probes and other things that lie beside manifests are none. */
const isObject = (object: unknown): boolean => typeof readRecord(object)?.get('kind') === 'string';

export const convertManifests = (sources: readonly Source[]): ConvertedManifests => {
  const parsed = sources.map(parseDocuments);
  const documents = parsed.flatMap((one) => one.documents);
  const translated = translateDocuments(documents);
  const byDocument = new Map(translated.map((one) => [one.document, one.objects]));
  const clusters = new Map<string, unknown[]>();
  for (const document of documents.filter(({ object }) => isObject(object))) {
    const objects = clusters.get(document.cluster) ?? [];
    clusters.set(document.cluster, objects);
    for (const object of byDocument.get(document) ?? [document.object]) objects.push(object);
  }
  return {
    clusters: [...clusters].map(([cluster, objects]) => ({ cluster, objects })).sort((a, b) => compareText(a.cluster, b.cluster)),
    errors: [...parsed.flatMap(({ errors }) => errors), ...translated.flatMap(({ errors }) => errors)],
    warnings: translated.flatMap(({ warnings }) => warnings),
  };
};

/** One document, without anchors: people will edit it. Texts that other readers take for truth values (`yes`, `on`) are quoted. */
export const formatManifest = (object: unknown): string => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false, compat: 'yaml-1.1' });
