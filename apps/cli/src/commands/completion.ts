/**
 * `firsthop completion`: a script for the shell, made from the tree of commands.
 *
 * @module
 */
import type { Command } from 'commander';
import { commandTree, type CompletedCommand } from '../completion/command-tree.ts';
import { bashScript, fishScript, powershellScript, zshScript } from '../completion/shell-scripts.ts';
import { exitCodes, UsageError } from '../exit-codes.ts';

const scripts: ReadonlyMap<string, (tree: CompletedCommand) => string> = new Map([['bash', bashScript], ['zsh', zshScript], ['fish', fishScript], ['powershell', powershellScript]]);

export const completion = (shell: string, program: Command): number => {
  const script = scripts.get(shell);
  if (script === undefined) throw new UsageError(`the shells are ${[...scripts.keys()].join(', ')}, not ${shell}`);
  process.stdout.write(script(commandTree(program)));
  return exitCodes.ok;
};
