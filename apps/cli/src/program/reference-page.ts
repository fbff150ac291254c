/**
 * docs/reference/cli.md, from the tree of commands. A test holds the page to it.
 *
 * @module
 */
import type { Command } from 'commander';

const width = 100;

/** With what comes after the options: the examples. */
const helpOf = (command: Command): string => {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => width, getOutHasColors: () => false });
  command.outputHelp();
  return text.trimEnd();
};

const visible = (command: Command): Command[] => command.createHelp().visibleCommands(command).filter((one) => one.name() !== 'help');

const section = (command: Command, path: string): string[] => {
  const name = `${path}${command.name()}`;
  return [`## ${name}`, '', '```text', helpOf(command), '```', '', ...visible(command).flatMap((one) => section(one, `${name} `))];
};

export const referencePage = (program: Command): string =>
  [
    '# Commands',
    '',
    'Made from the command itself: `FIRSTHOP_GOLDEN=write npx vitest run --project unit apps/cli/test/reference-page` writes it anew.',
    '',
    'Exit codes: 0 ok, 1 failed, 2 wrong usage or unreadable input, 3 a check found what it looked for, 4 a server did not answer.',
    'Machine output goes to standard output alone, all else to standard error.',
    '',
    ...section(program, ''),
  ].join('\n');
