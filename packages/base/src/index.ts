export { assertNever } from './assert-never.ts';
export type { Brand } from './brand.ts';
export { compareKeys, compareText } from './compare.ts';
export { DeltaTracker, type Pending } from './delta-tracker.ts';
export { canonicalJson, contentId, SetDigest, sha256Hex } from './digest.ts';
export { Few, putInto, type SetView, takeFrom } from './few.ts';
export { quoteForeign, readRecord } from './record.ts';
export { fail, ok, type Result } from './result.ts';
