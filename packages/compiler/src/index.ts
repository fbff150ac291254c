export type { Change } from './change.ts';
export type { CompilerOptions } from './compiler-options.ts';
export { contentNames, localNames, type Naming } from './naming.ts';
export { Compiler } from './compiler.ts';
export { WholeCompiler } from './whole/whole-compiler.ts';
