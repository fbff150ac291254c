export { addressOf, cluster, interestingPorts, nodeNames, nodes, randomWorld } from './random-world.ts';
export { worldChanges } from './world-changes.ts';
