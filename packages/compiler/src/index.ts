export type { Change } from './change.ts';
export { contentNames, localNames, type Naming } from './naming.ts';
export { Compiler, type CompilerOptions } from './compiler.ts';
