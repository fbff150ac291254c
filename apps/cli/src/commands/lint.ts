/**
 * `firsthop lint`: what the authors of policies should look at, with file and line.
 *
 * @module
 */
import type { Finding } from '@firsthop/analysis';
import { readRecord } from '@firsthop/base';
import type { ManifestDocument } from '@firsthop/manifest';
import { engine } from '../engine.ts';
import { exitCodes } from '../exit-codes.ts';
import { readManifests, reportFaults, worldsOf } from '../input.ts';
import { findingsJson, findingsSarif, type PlacedFinding, renderFindings } from '../render/findings.ts';
import { print, printJson } from '../terminal.ts';
import { formatOf } from './format-of.ts';
import { ownVersion } from './version.ts';

export interface LintOptions {
  readonly file: readonly string[];
  readonly output: string;
}

const keyOf = (cluster: string, kind: unknown, namespace: unknown, name: unknown): string => [cluster, kind, namespace, name].map(String).join('/');

/** By what a finding says of a policy: cluster-scoped ones under no namespace too. */
const documentsByName = (documents: readonly ManifestDocument[]): ReadonlyMap<string, ManifestDocument> => {
  const entries = documents.flatMap((document): [string, ManifestDocument][] => {
    const object = readRecord(document.object);
    const metadata = readRecord(object?.get('metadata'));
    const [kind, namespace, name] = [object?.get('kind'), metadata?.get('namespace') ?? 'default', metadata?.get('name')];
    return [[keyOf(document.cluster, kind, namespace, name), document], [keyOf(document.cluster, kind, '', name), document]];
  });
  // Of two of one name the first counts.
  return new Map(entries.reverse());
};

const place = (finding: Finding, documents: ReadonlyMap<string, ManifestDocument>): PlacedFinding => {
  const { cluster, policy: { kind, namespace = '', name }, path } = finding;
  const problem = documents.get(keyOf(cluster, kind, namespace, name))?.problem({ code: 'UNKNOWN_VALUE', path, message: '' });
  return { ...finding, file: problem?.file ?? '', line: problem?.line ?? 1 };
};

export const lint = (options: LintOptions): number => {
  const format = formatOf(options.output, ['table', 'json', 'sarif', 'junit']);
  const loaded = readManifests(options.file);
  reportFaults(loaded);
  const documents = documentsByName(loaded.documents);
  const findings = engine.findings(worldsOf(loaded)).map((finding) => place(finding, documents));
  if (format === 'json') printJson({ ...findingsJson(findings), errors: loaded.errors });
  else if (format === 'sarif') printJson(findingsSarif(ownVersion(), findings));
  else print(renderFindings(format, findings));
  if (loaded.errors.length > 0) return exitCodes.usage;
  return findings.some(({ severity }) => severity !== 'note') ? exitCodes.found : exitCodes.ok;
};
