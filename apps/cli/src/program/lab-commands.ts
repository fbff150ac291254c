/**
 * The lab's commands, and `status`, which looks at a lab or at a manager.
 *
 * @module
 */
import { type Command, Option } from 'commander';
import type { LabHoldOptions } from '../commands/lab-hold.ts';
import type { LabRunOptions } from '../commands/lab-run.ts';
import type { LabUpOptions } from '../commands/lab-up.ts';
import type { StatusOptions } from '../commands/status.ts';
import { family, type Finish, kernel, manifests, nodes, output, withExamples } from './options.ts';

const addRun = (lab: Command, finish: Finish): void => {
  const command = lab
    .command('run')
    .description('build a lab, send one real packet exchange per probe, print what was observed, remove everything')
    .addOption(manifests())
    .requiredOption('--probes <file>', 'as for verify')
    .addOption(output(['json'], 'json'))
    .addOption(nodes())
    .addOption(kernel())
    .addOption(family())
    .action(async (options: LabRunOptions) => finish(await (await import('../commands/lab-run.ts')).labRun(options)));
  withExamples(command, 'sudo firsthop lab run -f examples/shop --probes examples/shop/probes.json', 'firsthop lab run -f examples/shop --probes examples/shop/probes.json --kernel simulated --nodes 3');
};

const addUp = (lab: Command, finish: Finish): void => {
  const command = lab
    .command('up')
    .description('build a lab that stays until "lab down"')
    .addOption(manifests())
    .addOption(nodes())
    .addOption(kernel())
    .option('--stay', 'print who can talk to whom, stay until Ctrl-C and take everything down')
    .option('--once', 'print who can talk to whom, compare every cell with what the policies say, remove everything, end with 0 or 1')
    .action(async (options: LabUpOptions) => finish(await (await import('../commands/lab-up.ts')).labUp(options)));
  withExamples(command, 'sudo firsthop lab up -f examples/shop', 'sudo firsthop lab up -f examples/shop --once', 'firsthop lab up -f examples/shop --stay --kernel simulated');
};

const addDownAndStatus = (lab: Command, finish: Finish): void => {
  const down = lab.command('down').description('remove every lab that stands on this machine').action(async () => finish(await (await import('../commands/lab-down.ts')).labDown()));
  const status = lab.command('status').description('what stands on this machine, and what is in force in it').action(async () => finish(await (await import('../commands/lab-down.ts')).labStatus()));
  withExamples(down, 'firsthop lab down', 'firsthop lab status && sudo firsthop lab down');
  withExamples(status, 'firsthop lab status', 'firsthop lab up -f examples/shop && firsthop lab status');
};

export const addLabCommands = (program: Command, finish: Finish): void => {
  const lab = program.command('lab').description('the same questions, asked of a real kernel with real packets (Linux, root)');
  withExamples(lab, 'sudo firsthop lab run -f examples/shop --probes examples/shop/probes.json', 'sudo firsthop lab up -f examples/shop', 'sudo firsthop lab down');
  for (const add of [addRun, addUp, addDownAndStatus]) add(lab, finish);
  lab
    .command('hold', { hidden: true })
    .addOption(manifests())
    .requiredOption('--nodes <n>')
    .requiredOption('--kernel <kernel>')
    .action(async (options: LabHoldOptions) => finish(await (await import('../commands/lab-hold.ts')).labHold(options)));
};

export const addStatus = (program: Command, finish: Finish): void => {
  const command = program
    .command('status')
    .description('what is in force, read back from kernels: policies, nodes and peers of each cluster; 0 if all is realized')
    .addOption(new Option('--server <url>', 'https://HOST:PORT of a manager; a standing lab otherwise').env('FIRSTHOP_SERVER'))
    .addOption(new Option('--ca <file>', "certificate of the managers' authority").env('FIRSTHOP_CA'))
    .addOption(new Option('--cert <file>', "an operator's certificate").env('FIRSTHOP_CERT'))
    .addOption(new Option('--key <file>', 'its key').env('FIRSTHOP_KEY'))
    .addOption(output(['table', 'json'], 'table'))
    .action(async (options: StatusOptions) => finish(await (await import('../commands/status.ts')).status(options)));
  withExamples(command, 'firsthop status', 'firsthop status -o json', 'firsthop status --server https://manager.example:9443 --ca ca.pem --cert operator.pem --key operator-key.pem');
};
