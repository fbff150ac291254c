export { addressOf, cluster, interestingPorts, nodeNames, nodes, randomWorld } from './random-world.ts';
export { worldChanges } from './world-changes.ts';
export { kernelPortContract } from './kernel-port-contract.ts';
