/**
 * What a console in the browser needs of the rooms L0 to L2: policies and worlds read, judged and compared, without a server.
 *
 * `node tools/browser/build.ts` makes one ES module of it, dist/browser/firsthop.js.
 *
 * @module
 */
export { Atlas, connectivity, differences, findings, reachFrom, Verdicts } from '../../packages/analysis/src/index.ts';
export { formatAddress, parseAddress, parseCidr } from '../../packages/netaddr/src/index.ts';
export { allTiers, decidingAt, evaluate, ladder, nearestMiss, parseGroup, parsePolicy, parseTier } from '../../packages/policy/src/index.ts';
export { decodePlain, encodePlain } from './plain.ts';
