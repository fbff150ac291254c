export { type BadManifest, badManifests, bombs, type ClusterFile, type Fate, goodFiles, goodVerdicts } from './bad-manifests.ts';
export { addressOf, cluster, interestingPorts, nodeNames, nodes, randomWorld } from './random-world.ts';
export { worldChanges } from './world-changes.ts';
