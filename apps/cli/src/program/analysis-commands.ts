/**
 * The commands that answer from manifests alone. Each loads its code when it is called, and not for somebody else's `--help`.
 *
 * @module
 */
import type { Command } from 'commander';
import type { ConnectivityOptions } from '../commands/connectivity.ts';
import type { DiffOptions } from '../commands/diff.ts';
import type { ExplainOptions } from '../commands/explain.ts';
import type { ReachFlags } from '../commands/reach.ts';
import type { LintOptions } from '../commands/lint.ts';
import type { TestOptions } from '../commands/test.ts';
import type { VerifyOptions } from '../commands/verify.ts';
import { at, family, type Finish, hostNetwork, ipBlocks, keepGoing, manifests, manifestsOneByOne, output, withExamples } from './options.ts';

const addVerify = (program: Command, finish: Finish): void => {
  const command = program
    .command('verify')
    .description('judge probes by the policies in the manifests; no cluster, no root')
    .addOption(manifests())
    .requiredOption('--probes <file>', 'JSON: {"probes": [{"from": "shop/web", "to": "shop/api", "protocol": "TCP", "port": 8080}]}; "answers" beside it says what DNS answers')
    .addOption(output(['table', 'json'], 'table'))
    .addOption(ipBlocks())
    .addOption(hostNetwork())
    .addOption(family())
    .addOption(at())
    .addOption(keepGoing())
    .action(async (options: VerifyOptions) => finish(await (await import('../commands/verify.ts')).verify(options)));
  withExamples(
    command,
    'firsthop verify -f examples/shop --probes examples/shop/probes.json',
    'firsthop verify -f base -f overlays/prod --probes probes.json -o json',
    `echo '{"probes": [{"from": "shop/web", "to": "shop/api", "port": 8080}]}' | firsthop verify -f examples/shop --probes -`,
    'firsthop verify -f policies --probes probes.json --at 2027-01-01T08:00:00Z',
  );
};

const addConnectivity = (program: Command, finish: Finish): void => {
  const command = program
    .command('connectivity')
    .description('who may talk to whom, and on which ports: every pair of workloads, and every range of outside addresses')
    .addOption(manifests())
    .addOption(output(['table', 'json', 'csv', 'md', 'dot', 'svg'], 'table'))
    .option('--focus <workload>', 'only connections of this one: shop/web')
    .option('--explain', 'say which rules allow each connection')
    .addOption(ipBlocks())
    .addOption(hostNetwork())
    .addOption(family())
    .addOption(at())
    .addOption(keepGoing())
    .action(async (options: ConnectivityOptions) => finish(await (await import('../commands/connectivity.ts')).connectivity(options)));
  withExamples(
    command,
    'firsthop connectivity -f examples/shop',
    'firsthop connectivity -f examples/shop --focus shop/api --explain',
    'firsthop connectivity -f examples/shop -o svg > matrix.svg',
    'kubectl get pods,networkpolicies,namespaces -A -o json | firsthop connectivity -f - -o csv',
  );
};

const addDiff = (program: Command, finish: Finish): void => {
  const command = program
    .command('diff')
    .description('what a change of policies adds, removes and changes; 3 if anything')
    .addOption(manifests())
    .requiredOption('--to <path...>', 'the manifests as they will be; as for -f')
    .addOption(output(['table', 'json', 'csv', 'md', 'dot', 'svg', 'junit', 'sarif'], 'table'))
    .addOption(ipBlocks())
    .addOption(hostNetwork())
    .addOption(family())
    .addOption(at())
    .addOption(keepGoing())
    .action(async (options: DiffOptions) => finish(await (await import('../commands/diff.ts')).diff(options)));
  withExamples(command, 'firsthop diff -f main --to branch', 'firsthop diff -f main --to branch -o md >> "$GITHUB_STEP_SUMMARY"', 'firsthop diff -f main --to branch -o sarif > firsthop.sarif');
};

const addExplain = (program: Command, finish: Finish): void => {
  const command = program
    .command('explain')
    .description('why one connection is allowed or not: every tier, policy and rule on the way')
    .argument('<from>', 'shop/web, vm:db/pg-1, node:n1, cluster:west/shop/web, or an address')
    .argument('<to>', 'the same, or service:shop/api')
    .argument('[port]', 'TCP/443, UDP/53, ICMP, or a port that the destination names: TCP/http', 'TCP/443')
    .addOption(manifestsOneByOne())
    .option('--answer <name=addresses>', 'what DNS answers: api.example.com=203.0.113.7,203.0.113.8; may be repeated', (one: string, before: readonly string[] = []) => [...before, one])
    .addOption(output(['table', 'json'], 'table'))
    .addOption(ipBlocks())
    .addOption(hostNetwork())
    .addOption(family())
    .addOption(at())
    .addOption(keepGoing())
    .action(async (from: string, to: string, port: string, options: ExplainOptions) => finish(await (await import('../commands/explain.ts')).explain({ from, to, port }, options)));
  withExamples(command, 'firsthop explain -f examples/shop shop/web shop/cart TCP/6379', 'firsthop explain -f examples/shop 203.0.113.9 shop/web TCP/8080', 'firsthop explain -f examples/shop shop/web service:shop/api TCP/80 -o json', 'firsthop explain -f policies shop/web 203.0.113.7 TCP/443 --answer api.example.com=203.0.113.7');
};

const addReach = (program: Command, finish: Finish): void => {
  const command = program
    .command('reach')
    .description('whom an intruder at one workload may come to, step by step, and how')
    .argument('<from>', 'shop/web')
    .addOption(manifestsOneByOne())
    .option('--hops <n>', 'at most so many steps')
    .addOption(output(['table', 'json'], 'table'))
    .addOption(ipBlocks())
    .addOption(hostNetwork())
    .addOption(family())
    .addOption(at())
    .addOption(keepGoing())
    .action(async (from: string, options: ReachFlags) => finish(await (await import('../commands/reach.ts')).reach(from, options)));
  withExamples(command, 'firsthop reach -f examples/shop cluster:east/shop/web', 'firsthop reach -f policies shop/web --hops 1', 'firsthop reach -f policies shop/web -o json');
};

const addLint = (program: Command, finish: Finish): void => {
  const command = program
    .command('lint')
    .description('invalid, shadowed, unused, contradicting and over-permissive rules, with file and line; 3 if any is an error or a warning')
    .addOption(manifests())
    .addOption(output(['table', 'json', 'sarif', 'junit'], 'table'))
    .action(async (options: LintOptions) => finish(await (await import('../commands/lint.ts')).lint(options)));
  withExamples(command, 'firsthop lint -f examples/shop', 'firsthop lint -f policies -o sarif > lint.sarif', 'firsthop lint -f policies -o junit > lint.xml');
};

const addTest = (program: Command, finish: Finish): void => {
  const command = program
    .command('test')
    .description('hold the policies to assertions: allow|deny FROM TO PORT; 3 if one fails, with counterexamples')
    .addOption(manifests())
    .requiredOption('--assert <file>', 'one assertion a line; see docs/reference/assertions.md; - for standard input')
    .addOption(output(['table', 'json', 'junit'], 'table'))
    .addOption(ipBlocks())
    .addOption(hostNetwork())
    .addOption(family())
    .addOption(at())
    .addOption(keepGoing())
    .action(async (options: TestOptions) => finish(await (await import('../commands/test.ts')).test(options)));
  withExamples(command, 'firsthop test -f examples/shop --assert assertions.txt', "echo 'deny external shop/* any' | firsthop test -f examples/shop --assert -", 'firsthop test -f policies --assert assertions.txt -o junit > firsthop.xml');
};

export const addAnalysisCommands = (program: Command, finish: Finish): void => {
  for (const add of [addVerify, addConnectivity, addDiff, addExplain, addReach, addLint, addTest]) add(program, finish);
};
