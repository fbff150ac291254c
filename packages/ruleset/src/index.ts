export { diffState, linesOfChanges, type SameRule, type Transaction } from './diff-state.ts';
export { decisionOfCounter, systemDecisions } from './names.ts';
export { type Chain, emptyTable, type NftMap, type NftState, TABLE, type TableFamily, type TableState } from './nft-state.ts';
export { isPrintedAs } from './printed-as.ts';
export { parseListing } from './parse-listing.ts';
export { renderRuleset, type RulesetInput } from './render-ruleset.ts';
export { type ElementChange, type Rendered, RulesetRenderer } from './ruleset-renderer.ts';
export { StateDigest, stateDigest } from './state-digest.ts';
export { LOG_GROUP, type LogPrefix, readLogPrefix, type SystemDrop } from './render-log.ts';
