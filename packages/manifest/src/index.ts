export { clusterOf, localCluster } from './cluster-of.ts';
export { type ConvertedCluster, type ConvertedManifests, convertManifests, formatManifest } from './convert-manifests.ts';
export { manifestLimits } from './limits.ts';
export { type LoadedCluster, type LoadedManifests, loadManifests, type LoadOptions, type SharedPolicy } from './load-manifests.ts';
export type { ManifestDocument, Source } from './parse-documents.ts';
export { formatPath } from '@firsthop/objects';
export type { Problem } from './problem.ts';
export { readSources, type Sources } from './read-sources.ts';
