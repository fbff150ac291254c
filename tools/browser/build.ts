/**
 * Bundles for the browser. A bundle that names anything of Node, or is larger than it may be, is not made.
 *
 * @module
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

/** Of the engine, minified. A new dependency would show here first. */
export const maxBytes = 200_000;

const source = (name: string): string => new URL(name, import.meta.url).pathname;

/** Our modules do nothing when they are loaded, so one of which nothing is used (the wire's schemas, and zod with them) stays out. */
export const bundle = async (name: string): Promise<string> => {
  const build = await rolldown({ input: source(name), platform: 'browser', treeshake: { moduleSideEffects: false } });
  try {
    const { output } = await build.generate({ format: 'esm', minify: true });
    const [only, ...others] = output;
    if (only === undefined || others.length > 0 || only.imports.length > 0 || only.dynamicImports.length > 0) throw new Error(`${name} is to be one file that imports nothing, and became ${output.length} with ${String(only?.imports)}`);
    return only.code;
  } finally {
    await build.close();
  }
};

/** What there is in Node only, or what a bundler leaves where it found nothing. */
const foreign: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a module of Node', /["'`]node:/],
  ['require', /\brequire\s*\(/],
  ['process', /\bprocess\.\w/],
  ['Buffer', /\bBuffer\.(from|alloc|concat)/],
  ['a file name of CommonJS', /\b__(dirname|filename)\b/],
];

export const faultsOf = (code: string): string[] => [
  ...foreign.filter(([, pattern]) => pattern.test(code)).map(([what, pattern]) => `the bundle holds ${what}: ${pattern.exec(code)?.[0]}`),
  ...(Buffer.byteLength(code) > maxBytes ? [`the bundle has ${Buffer.byteLength(code)} bytes, more than ${maxBytes}`] : []),
];

const main = async (): Promise<void> => {
  const code = await bundle('engine.ts');
  const faults = faultsOf(code);
  for (const fault of faults) console.error(fault);
  mkdirSync('dist/browser', { recursive: true });
  writeFileSync('dist/browser/firsthop.js', code);
  console.log(`dist/browser/firsthop.js: ${Buffer.byteLength(code)} bytes, ${gzipSync(code).length} compressed, of ${maxBytes}`);
  process.exitCode = faults.length > 0 ? 1 : 0;
};

if (import.meta.main) await main();
