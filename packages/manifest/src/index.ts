export { clusterOf, type ManifestDocument, type ManifestError } from './documents.ts';
export { type LoadedCluster, type LoadedManifests, loadManifests } from './load-manifests.ts';
export { readSources, type Source } from './source-files.ts';
