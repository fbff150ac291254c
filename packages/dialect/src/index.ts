export { isForeign } from './foreign-kinds.ts';
export { translate } from './translate.ts';
export type { ForeignObject, Plain, Translation } from './translation.ts';
