/**
 * The `firsthop` command: reads the line, calls the command, ends with its code.
 *
 * @module
 */
import { Command, CommanderError, Option } from 'commander';
import type { ConvertOptions } from './commands/convert.ts';
import { labDown, labStatus } from './commands/lab-down.ts';
import { labHold, type LabHoldOptions } from './commands/lab-hold.ts';
import { labRun, type LabRunOptions } from './commands/lab-run.ts';
import { Interrupted } from './commands/lab-session.ts';
import { labUp, type LabUpOptions } from './commands/lab-up.ts';
import { status, type StatusOptions } from './commands/status.ts';
import { verify, type VerifyOptions } from './commands/verify.ts';
import { version } from './commands/version.ts';
import { exitCodes, UsageError } from './exit-codes.ts';
import { say } from './terminal.ts';

const finish = (code: number): void => void (process.exitCode = code);
const program = new Command('firsthop').description('Identity-based micro-segmentation for pods and virtual machines, judged at the first hop.').exitOverride().showHelpAfterError();
const manifests = ['-f, --file <path...>', 'folder or file of Kubernetes YAML or JSON; repeatable; - for standard input'] as const;

program
  .command('verify')
  .description('judge probes by the policies in the manifests; no cluster, no root')
  .requiredOption(...manifests)
  .requiredOption('--probes <file>', 'JSON: {"probes": [{"from": "shop/web", "to": "shop/api", "protocol": "TCP", "port": 8080}]}')
  .option('-o, --output <format>', 'json or table', 'table')
  .option('--ip-blocks <which>', 'all, or external: ipBlocks match no pod', 'all')
  .option('--family <family>', '4, 6 or dual')
  .option('--keep-going', 'judge what is valid although something is not')
  .addHelpText('after', '\nExample:\n  firsthop verify -f examples/shop --probes examples/shop/probes.json -o json')
  .action((options: VerifyOptions) => finish(verify(options)));

program
  .command('convert')
  .description('say the policies of Antrea, Calico and Cilium in our own kinds; everything else is written as it was')
  .requiredOption(...manifests)
  .option('-o, --output <folder>', 'one file per object into a new folder; - for one stream', '-')
  .option('--keep-going', 'write what can be said although something cannot; what cannot allows nothing')
  .addHelpText('after', "\nKubernetes' own policies and ours pass unchanged, as do workloads.\n\nExample:\n  firsthop convert -f policies -o converted")
  .action(async (options: ConvertOptions) => {
    const { convert } = await import('./commands/convert.ts');
    finish(convert(options));
  });

const lab = program.command('lab').description('the same questions, asked of a real kernel with real packets (Linux, root)');
lab
  .command('run')
  .description('build a lab, send one real packet exchange per probe, print what was observed, remove everything')
  .requiredOption(...manifests)
  .requiredOption('--probes <file>', 'as for verify')
  .option('-o, --output <format>', 'json', 'json')
  .option('--nodes <n>', 'nodes of a cluster that declares none', '2')
  .option('--kernel <kernel>', 'linux, simulated, or auto: the real one where it can be had', 'auto')
  .option('--family <family>', '4, 6 or dual')
  .addHelpText('after', '\nExample:\n  sudo firsthop lab run -f examples/shop --probes examples/shop/probes.json -o json')
  .action(async (options: LabRunOptions) => finish(await labRun(options)));
lab
  .command('up')
  .description('build a lab that stays until "lab down"')
  .requiredOption(...manifests)
  .option('--nodes <n>', 'nodes of a cluster that declares none', '2')
  .option('--kernel <kernel>', 'linux, simulated, or auto: the real one where it can be had', 'auto')
  .option('--stay', 'print who can talk to whom, stay until Ctrl-C and take everything down')
  .option('--once', 'print who can talk to whom, compare every cell with what the policies say, remove everything, end with 0 or 1')
  .action(async (options: LabUpOptions) => finish(await labUp(options)));
lab.command('down').description('remove every lab that stands on this machine').action(async () => finish(await labDown()));
lab.command('status').description('what stands on this machine, and what is in force in it').action(async () => finish(await labStatus()));
lab
  .command('hold', { hidden: true })
  .requiredOption(...manifests)
  .requiredOption('--nodes <n>')
  .requiredOption('--kernel <kernel>')
  .action(async (options: LabHoldOptions) => finish(await labHold(options)));
program
  .command('status')
  .description('what is in force, read back from kernels: policies, nodes and peers of each cluster; 0 if all is realized')
  .addOption(new Option('--server <url>', 'https://HOST:PORT of a manager; a standing lab otherwise').env('FIRSTHOP_SERVER'))
  .addOption(new Option('--ca <file>', "certificate of the managers' authority").env('FIRSTHOP_CA'))
  .addOption(new Option('--cert <file>', "an operator's certificate").env('FIRSTHOP_CERT'))
  .addOption(new Option('--key <file>', 'its key').env('FIRSTHOP_KEY'))
  .option('-o, --output <format>', 'table or json', 'table')
  .action(async (options: StatusOptions) => finish(await status(options)));
program.command('version').description('the version of this command').action(() => finish(version()));

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) finish(error.exitCode === 0 ? exitCodes.ok : exitCodes.usage);
  else if (error instanceof Interrupted) finish(130);
  else {
    say(`firsthop: ${error instanceof Error ? error.message : String(error)}`);
    finish(error instanceof UsageError ? exitCodes.usage : exitCodes.failed);
  }
}
