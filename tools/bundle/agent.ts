/**
 * The agent as one file, with the only thing beside it that cannot be in it: koffi, which is machine code. `npm run build:agent`
 *
 *     dist/agent/firsthop-agent.js                       run by Node, alone
 *     dist/agent/node_modules/koffi                      found by Node next to it
 *     dist/agent/node_modules/@koromix/koffi-linux-ARCH
 *
 * @module
 */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** `ws` uses them if they are there. */
const optional = ['bufferutil', 'utf-8-validate'];

export interface AgentBundle {
  /** The program. */
  readonly file: string;
  readonly bytes: number;
}

/** One character of many would make the engine keep the whole program in two bytes each. In texts and patterns, where alone they stand, both forms are one. */
const inOneByte = (code: string): string => code.replaceAll(/[^\0-\xff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

const codeOf = async (): Promise<string> => {
  // Our own modules do nothing when they are loaded; those of others may.
  const moduleSideEffects = (id: string): boolean => id.includes('/node_modules/') && !id.includes('/@firsthop/');
  const build = await rolldown({ input: join(root, 'apps/agent/src/main.ts'), platform: 'node', external: optional, treeshake: { moduleSideEffects } });
  try {
    const { output } = await build.generate({ format: 'esm', minify: true, codeSplitting: false });
    const [only, ...others] = output;
    const foreign = only.imports.filter((name) => !name.startsWith('node:') && !optional.includes(name) && !builtinModules.includes(name));
    if (others.length > 0 || foreign.length > 0) throw new Error(`the agent is to be one file, and became ${output.length} with ${foreign.join(', ')}`);
    return inOneByte(only.code);
  } finally {
    await build.close();
  }
};

/** koffi and its machine code for this kind of machine, as far as it is run. */
const copyKoffi = (folder: string): void => {
  const require = createRequire(join(root, 'packages/netlink/package.json'));
  const koffi = dirname(require.resolve('koffi'));
  const native = `koffi-linux-${process.arch}`;
  for (const file of ['package.json', 'LICENSE.txt', 'index.cjs', 'src/koffi/index.cjs', 'src/koffi/src/static.cjs']) cpSync(join(koffi, file), join(folder, 'node_modules/koffi', file));
  cpSync(dirname(createRequire(join(koffi, 'index.cjs')).resolve(`@koromix/${native}`)), join(folder, 'node_modules/@koromix', native), { recursive: true });
};

/** Makes `folder` anew. */
export const bundleAgent = async (folder: string): Promise<AgentBundle> => {
  const code = await codeOf();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // A file of its own kind, wherever it is put.
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}\n');
  const file = join(folder, 'firsthop-agent.js');
  writeFileSync(file, code);
  copyKoffi(folder);
  return { file, bytes: Buffer.byteLength(code) };
};

if (import.meta.main) {
  const { bytes } = await bundleAgent(join(root, 'dist/agent'));
  console.log(`dist/agent/firsthop-agent.js: ${bytes} bytes`);
}
