export { type BadManifest, badManifests, bombs, type ClusterFile, type Fate, goodFiles, goodVerdicts } from './bad-manifests.ts';
export { kindSamples } from './kind-samples.ts';
export { type CyclonusCase, cyclonusDifferences, type CyclonusStep, cyclonusWorlds, readCyclonus } from './cyclonus.ts';
export { hostileFamilies, hostileString } from './hostile-strings.ts';
export { type Answer, byEvaluator, byTables, isPassed, type Judge, type JudgeOptions, type Question } from './judges.ts';
export { addressOf, cluster, interestingPorts, nodeNames, nodes, randomWorld } from './random-world.ts';
export { worldChanges } from '@firsthop/analysis';
export { kernelAbilities, type KernelAbility, kernelCan } from './second-kernel/kernel-abilities.ts';
export { kernelPortContract } from './kernel-port-contract.ts';
