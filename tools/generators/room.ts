/**
 * Writes the files that every room has (package.json, tsconfig.json), from the house plan.
 *
 * `npm run room` rewrites all of them and keeps what a room added by hand: its own npm dependencies, scripts and description.
 *
 * @module
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isBrowserSafe, rooms, type Room } from '../house-plan.ts';

interface Manifest {
  description?: string;
  dependencies?: Record<string, string>;
  bin?: Record<string, string>;
  exports?: Record<string, unknown>;
}

const read = (path: string): Manifest => (existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Manifest) : {});

const foreignDependencies = (manifest: Manifest): [string, string][] =>
  Object.entries(manifest.dependencies ?? {}).filter(([name]) => !name.startsWith('@firsthop/'));

const doorsOf = (room: Room): readonly string[] =>
  room.doors.includes('*') ? [...rooms.values()].filter((other) => other.layer !== 'app' && other !== room).map((other) => other.folder.split('/')[1] ?? '') : room.doors;

/** Types that are inferred on purpose: tRPC's from its routers, those of foreign objects from their zod schemas, those of the kernel's attributes from their descriptions. */
const isInferred = (name: string, room: Room): boolean => room.layer === 'app' || name === 'federation' || name === 'manifest' || name === 'netlink';

const write = (name: string, room: Room): void => {
  mkdirSync(`${room.folder}/src`, { recursive: true });
  const was = read(`${room.folder}/package.json`);
  const ours = doorsOf(room).map((door): [string, string] => [`@firsthop/${door}`, '*']);
  const manifest = {
    name: `@firsthop/${name}`,
    version: '0.1.0',
    private: true,
    license: 'Apache-2.0',
    description: was.description ?? room.holds,
    type: 'module',
    exports: was.exports ?? { '.': { types: './src/index.ts', default: './src/index.ts' } },
    ...(was.bin === undefined ? {} : { bin: was.bin }),
    scripts: { typecheck: 'tsc -b', lint: 'oxlint --config ../../.oxlintrc.json src', test: `vitest run --root ../.. ${room.folder}/` },
    nx: { tags: [`layer:${room.layer}`] },
    dependencies: Object.fromEntries([...ours, ...foreignDependencies(was)].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
  writeFileSync(`${room.folder}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
  const fence = isBrowserSafe(room.layer) ? { lib: ['es2023'], types: [] } : { lib: ['es2024'], types: ['node'] };
  const tsconfig = {
    extends: '../../tsconfig.base.json',
    compilerOptions: { ...fence, rootDir: 'src', outDir: '../../dist/types/' + room.folder, tsBuildInfoFile: `../../dist/types/${room.folder}/tsconfig.tsbuildinfo`, ...(isInferred(name, room) ? { isolatedDeclarations: false } : {}) },
    include: ['src'],
    exclude: ['src/**/*.test.ts'],
    references: doorsOf(room).map((door) => ({ path: `../../${rooms.get(door)?.folder ?? ''}` })),
  };
  writeFileSync(`${room.folder}/tsconfig.json`, `${JSON.stringify(tsconfig, null, 2)}\n`);
};

for (const [name, room] of rooms) write(name, room);
const references = [...rooms.values()].map((room) => ({ path: room.folder }));
writeFileSync('tsconfig.json', `${JSON.stringify({ files: [], references: [...references, { path: 'tsconfig.tests.json' }] }, null, 2)}\n`);
writeFileSync(
  'tsconfig.tests.json',
  `${JSON.stringify({ extends: './tsconfig.base.json', compilerOptions: { lib: ['es2024'], types: ['node'], isolatedDeclarations: false, rewriteRelativeImportExtensions: false, rootDir: '.', outDir: 'dist/types/tests', tsBuildInfoFile: 'dist/types/tests.tsbuildinfo' }, include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'apps/*/test/**/*.ts', 'tools/**/*.ts', 'vitest.config.ts'], references }, null, 2)}\n`,
);
console.log(`${rooms.size} rooms written`);
