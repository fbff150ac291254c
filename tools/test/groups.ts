/**
 * The groups of checks that `npm test` runs, each with its time budget. docs/testing.md prints this table, and a check
 * compares the two.
 *
 * @module
 */
/** A vitest project, of all its files or of those whose path has one of these in it; or a program that exits 0 or not. */
export type GroupRun = { readonly vitest: string; readonly files?: readonly string[] } | { readonly program: readonly string[] };

export interface Group {
  readonly name: string;
  readonly what: string;
  readonly budgetSeconds: number;
  /** Of `npm run test:full`. Undefined: not run there, nothing of it is left to chance. */
  readonly fullBudgetSeconds?: number;
  readonly run: GroupRun;
  /** Of `npm run test:full`, where it is another. */
  readonly fullRun?: GroupRun;
  /** In an emulated machine that sees this tree: tools/second-kernel. */
  readonly underSecondKernel?: boolean;
  /** Needs root, nftables and network namespaces. */
  readonly kernel?: boolean;
}

/** What the tools of that host make of our rules, one of netlink, and one that only that kernel can. */
const shortSecond = ['packages/dataplane/src/netlink/probe-registers', 'packages/netlink/src/route/iproute2', 'second-kernel/kernel-abilities', 'second-kernel/flow-table'];

export const groups: readonly Group[] = [
  { name: 'types', what: 'tsc -b over every room and every test', budgetSeconds: 120, run: { program: ['tsc', '-b'] } },
  { name: 'lint', what: 'oxlint: correctness, sizes, forbidden constructs', budgetSeconds: 30, run: { program: ['oxlint', '--config', '.oxlintrc.json', '--quiet', 'packages', 'apps', 'tools'] } },
  { name: 'layers', what: 'the doors of the house plan (dependency-cruiser)', budgetSeconds: 30, run: { program: ['node', 'tools/checks/layers.ts'] } },
  { name: 'docs', what: 'room READMEs, links, the tables of docs/', budgetSeconds: 10, run: { program: ['node', 'tools/checks/docs.ts'] } },
  { name: 'unit', what: 'fast, no root, no processes beyond loopback', budgetSeconds: 180, fullBudgetSeconds: 300, run: { vitest: 'unit' } },
  { name: 'property', what: 'laws against oracles, and the conformance corpora', budgetSeconds: 480, fullBudgetSeconds: 5400, run: { vitest: 'property' } },
  { name: 'kernel', what: 'real nftables in namespaces that the test makes', budgetSeconds: 360, fullBudgetSeconds: 4500, run: { vitest: 'kernel' }, kernel: true },
  { name: 'second', what: "the same under Debian's kernel, in an emulated machine: a few here, all in full", budgetSeconds: 150, fullBudgetSeconds: 4500, run: { vitest: 'kernel', files: shortSecond }, fullRun: { vitest: 'kernel' }, underSecondKernel: true },
  { name: 'e2e', what: 'real managers and agents, real packets, kills', budgetSeconds: 600, fullBudgetSeconds: 2700, run: { vitest: 'e2e' }, kernel: true },
];

export const totalBudgetSeconds = 25 * 60;
