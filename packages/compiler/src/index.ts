export type { Change } from './change.ts';
export { Compiler } from './compiler.ts';
