export type { Change } from './change.ts';
export { Compiler, type CompilerOptions } from './compiler.ts';
