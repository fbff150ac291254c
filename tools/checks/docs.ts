/**
 * Documentation that a machine can hold to account: every room has a README, every relative link leads somewhere, the
 * table of test budgets in docs/testing.md is the one that is enforced, and every dependency is explained.
 *
 * @module
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rooms } from '../house-plan.ts';
import { groups } from '../test/groups.ts';

const missingReadmes = (): string[] => [...rooms.values()].filter(({ folder }) => !existsSync(join(folder, 'README.md'))).map(({ folder }) => `${folder} has no README.md`);

const deadLinks = (file: string): string[] => {
  const links = [...readFileSync(file, 'utf8').matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target]) => target ?? '');
  return links.filter((target) => !/^[a-z]+:/.test(target) && !existsSync(join(dirname(file), target))).map((target) => `${file}: dead link ${target}`);
};

const budgetRows = (): string[] => {
  const page = readFileSync('docs/testing.md', 'utf8');
  const rows = groups.map(({ name, budgetSeconds, fullBudgetSeconds }) => `| ${name} | ${budgetSeconds} | ${fullBudgetSeconds ?? '-'} |`);
  return rows.filter((row) => !page.includes(row)).map((row) => `docs/testing.md lacks the row "${row}"`);
};

const unexplainedDependencies = (): string[] => {
  const page = readFileSync('docs/dependencies.md', 'utf8');
  const manifests = ['package.json', ...[...rooms.values()].map(({ folder }) => `${folder}/package.json`)];
  const names = new Set(
    manifests.flatMap((file) => {
      const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, string> | undefined>;
      return ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) => Object.keys(manifest[kind] ?? {}));
    }),
  );
  return [...names].filter((name) => !name.startsWith('@firsthop/') && !page.includes(`\`${name}\``)).map((name) => `docs/dependencies.md does not explain ${name}`);
};

const pages = globSync(['README.md', 'docs/**/*.md', 'packages/*/README.md', 'apps/*/README.md', 'examples/*/README.md']);
const faults = [...missingReadmes(), ...pages.flatMap(deadLinks), ...budgetRows(), ...unexplainedDependencies()];
for (const fault of faults) console.error(fault);
console.log(`docs: ${pages.length} pages, ${faults.length} faults`);
process.exitCode = faults.length > 0 || pages.length === 0 ? 1 : 0;
