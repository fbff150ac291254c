/**
 * The groups of checks that `npm test` runs, each with its time budget. docs/testing.md prints this table, and a check
 * compares the two.
 *
 * @module
 */
export interface Group {
  readonly name: string;
  readonly what: string;
  readonly budgetSeconds: number;
  /** Of `npm run test:full`. Undefined: not run there, nothing of it is left to chance. */
  readonly fullBudgetSeconds?: number;
  /** A vitest project, or a program that exits 0 or not. */
  readonly run: { readonly vitest: string } | { readonly program: readonly string[] };
  /** Needs root, nftables and network namespaces. */
  readonly kernel?: boolean;
}

export const groups: readonly Group[] = [
  { name: 'types', what: 'tsc -b over every room and every test', budgetSeconds: 120, run: { program: ['tsc', '-b'] } },
  { name: 'lint', what: 'oxlint: correctness, sizes, forbidden constructs', budgetSeconds: 30, run: { program: ['oxlint', '--config', '.oxlintrc.json', '--quiet', 'packages', 'apps', 'tools'] } },
  { name: 'layers', what: 'the doors of the house plan (dependency-cruiser)', budgetSeconds: 30, run: { program: ['node', 'tools/checks/layers.ts'] } },
  { name: 'docs', what: 'room READMEs, links, the tables of docs/', budgetSeconds: 10, run: { program: ['node', 'tools/checks/docs.ts'] } },
  { name: 'unit', what: 'fast, no root, no processes beyond loopback', budgetSeconds: 180, fullBudgetSeconds: 300, run: { vitest: 'unit' } },
  { name: 'property', what: 'laws against oracles, and the conformance corpora', budgetSeconds: 480, fullBudgetSeconds: 5400, run: { vitest: 'property' } },
  { name: 'kernel', what: 'real nftables in namespaces that the test makes', budgetSeconds: 300, fullBudgetSeconds: 4500, run: { vitest: 'kernel' }, kernel: true },
  { name: 'e2e', what: 'real managers and agents, real packets, kills', budgetSeconds: 600, fullBudgetSeconds: 2700, run: { vitest: 'e2e' }, kernel: true },
];

export const totalBudgetSeconds = 22 * 60;
