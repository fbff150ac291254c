export type { ForeignObject, Translation } from './translation.ts';
