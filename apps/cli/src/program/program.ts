/**
 * The whole tree of commands. Building it loads nothing but this folder, so that help and completion come at once.
 *
 * @module
 */
import { Argument, Command } from 'commander';
import { addAnalysisCommands } from './analysis-commands.ts';
import { addConvert } from './convert-command.ts';
import { addLabCommands, addStatus } from './lab-commands.ts';
import { type Finish, withExamples } from './options.ts';

const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;

const addCompletion = (program: Command, finish: Finish): void => {
  const command = program
    .command('completion')
    .description('a script that completes this command in a shell')
    .addArgument(new Argument('<shell>').choices(shells))
    .action(async (shell: string) => finish((await import('../commands/completion.ts')).completion(shell, program)));
  withExamples(command, 'source <(firsthop completion bash)', 'firsthop completion zsh > ~/.zfunc/_firsthop', 'firsthop completion fish > ~/.config/fish/completions/firsthop.fish', 'firsthop completion powershell | Out-String | Invoke-Expression');
};

const addVersion = (program: Command, finish: Finish): void => {
  const command = program.command('version').description('the version of this command').action(async () => finish((await import('../commands/version.ts')).version()));
  withExamples(command, 'firsthop version', 'npx firsthop version');
};

export const buildProgram = (finish: Finish): Command => {
  const program = new Command('firsthop').description('Identity-based micro-segmentation for pods and virtual machines, judged at the first hop.').exitOverride().showHelpAfterError('(add --help for help)');
  addAnalysisCommands(program, finish);
  addConvert(program, finish);
  addLabCommands(program, finish);
  addStatus(program, finish);
  addCompletion(program, finish);
  addVersion(program, finish);
  return withExamples(program, 'firsthop verify -f examples/shop --probes examples/shop/probes.json', 'firsthop connectivity -f examples/shop', 'firsthop diff -f main --to branch', 'firsthop lint -f examples/shop');
};
