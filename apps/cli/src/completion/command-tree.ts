/**
 * What completion needs to know of the commands, as plain values.
 *
 * @module
 */
import type { Command, Option } from 'commander';

export interface CompletedOption {
  /** `-o`, `--output`. */
  readonly names: readonly string[];
  readonly description: string;
  /** Undefined: a flag. Empty: anything; what is called a file or a path is one. */
  readonly values: readonly string[] | undefined;
  readonly isFile: boolean;
}

export interface CompletedCommand {
  /** From the program's own name: `firsthop lab run`. */
  readonly path: readonly string[];
  readonly description: string;
  readonly options: readonly CompletedOption[];
  /** What may stand as its first argument. */
  readonly words: readonly string[];
  readonly commands: readonly CompletedCommand[];
}

const isFileName = (flags: string): boolean => /<(?:file|path)/.test(flags);

const optionOf = ({ short, long, flags, description, argChoices, required, optional }: Option): CompletedOption => ({
  names: [short, long].filter((name) => name !== undefined && name !== null),
  description,
  values: required || optional ? (argChoices ?? []) : undefined,
  isFile: isFileName(flags),
});

const help: CompletedOption = { names: ['-h', '--help'], description: 'help for this command', values: undefined, isFile: false };

const treeOf = (command: Command, above: readonly string[]): CompletedCommand => {
  const path = [...above, command.name()];
  const visible = command.createHelp().visibleCommands(command).filter((one) => one.name() !== 'help');
  return {
    path,
    description: command.description(),
    options: [...command.options.filter(({ hidden }) => !hidden).map(optionOf), help],
    words: command.registeredArguments[0]?.argChoices ?? [],
    commands: visible.map((one) => treeOf(one, path)),
  };
};

export const commandTree = (program: Command): CompletedCommand => treeOf(program, []);

/** It and everything below it. */
export const allCommands = (command: CompletedCommand): CompletedCommand[] => [command, ...command.commands.flatMap(allCommands)];
export const wordsOf = ({ commands, words }: CompletedCommand): string[] => [...commands.map(({ path }) => path.at(-1) ?? ''), ...words];
export const namesOf = ({ options }: CompletedCommand): string[] => options.flatMap(({ names }) => names);
