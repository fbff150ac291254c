/**
 * Holds the doors of the house plan: who imports whom, and that nobody goes in circles.
 *
 * A check that looked at nothing has failed: dependency-cruiser finds no module, and says so with exit 0, when it cannot
 * parse TypeScript.
 *
 * @module
 */
import { cruise, type IForbiddenRuleType, type IReporterOutput } from 'dependency-cruiser';
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { rooms } from '../house-plan.ts';

const testFiles = '(\\.test\\.ts$|/test/)';

const doorRules = (): IForbiddenRuleType[] =>
  [...rooms].filter(([, { doors }]) => !doors.includes('*')).map(([name, { folder, doors, holds }]) => {
    const allowed = [folder, ...doors.map((door) => rooms.get(door)?.folder ?? door)];
    return {
      name: `door-${name}`,
      comment: `${folder} holds ${holds}. It may import only: ${doors.join(', ') || 'nothing of ours'}. Move the code to the room whose job it is, or change tools/house-plan.ts and docs/design/architecture.md together.`,
      severity: 'error',
      from: { path: `^${folder}/src/`, pathNot: testFiles },
      to: { path: '^(packages|apps)/', pathNot: `^(${allowed.join('|')})/` },
    };
  });

const houseRules: IForbiddenRuleType[] = [
  { name: 'no-circle', comment: 'Two modules that need each other are one module, or miss a third.', severity: 'error', from: {}, to: { circular: true } },
  { name: 'front-door', comment: 'Enter a room through its index.ts, not through a window.', severity: 'error', from: { path: '^(packages|apps)/([^/]+)/' }, to: { path: '^packages/[^/]+/src/.+', pathNot: ['^packages/[^/]+/src/index\\.ts$', '^(packages|apps)/$2/'] } },
  { name: 'tests-only', comment: 'testkit is for tests.', severity: 'error', from: { path: '^(packages|apps)/', pathNot: [testFiles, '^packages/testkit/'] }, to: { path: '^packages/testkit/' } },
  { name: 'unresolved', comment: 'An import that resolves to nothing.', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^(bun:|node:)' } },
];

export interface LayerReport {
  readonly modules: number;
  readonly violations: readonly string[];
}

/** `baseDir`: the root of the tree to look at; this repository by default. */
export const checkLayers = async (folders: readonly string[], baseDir: string = process.cwd()): Promise<LayerReport> => {
  const result: IReporterOutput = await cruise([...folders], {
    baseDir,
    parser: 'swc',
    ruleSet: { forbidden: [...doorRules(), ...houseRules] },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|fixtures)/' },
    validate: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'], extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'] },
  });
  if (typeof result.output === 'string') throw new Error(result.output);
  const { summary } = result.output;
  return { modules: summary.totalCruised, violations: summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`) };
};

const main = async (): Promise<void> => {
  const { modules, violations } = await checkLayers(['packages', 'apps'].filter((folder) => existsSync(folder)));
  const comments = new Map([...doorRules(), ...houseRules].map((rule) => [rule.name, rule.comment ?? '']));
  for (const violation of violations) console.error(`${violation}\n    ${comments.get(violation.split(':')[0] ?? '') ?? ''}`);
  if (modules === 0) console.error('looked at no module: @swc/core is missing or cannot parse; this is a failure');
  console.log(`layers: ${modules} modules, ${violations.length} violations`);
  process.exitCode = modules === 0 || violations.length > 0 ? 1 : 0;
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
