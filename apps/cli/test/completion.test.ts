/** The scripts as files to look at, and bash's as bash itself answers. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { allCommands, commandTree } from '../src/completion/command-tree.ts';
import { bashScript, fishScript, powershellScript, zshScript } from '../src/completion/shell-scripts.ts';
import { buildProgram } from '../src/program/program.ts';
import { expectGolden } from './golden.ts';

const tree = commandTree(buildProgram(() => undefined));

describe('completion scripts', () => {
  it.each([
    { shell: 'bash', render: bashScript },
    { shell: 'zsh', render: zshScript },
    { shell: 'fish', render: fishScript },
    { shell: 'powershell', render: powershellScript },
  ])('$shell', ({ shell, render }) => expectGolden(`completion.${shell}`, render(tree)));

  it('hidden commands stay hidden', () => expect(allCommands(tree).map(({ path }) => path.join(' '))).not.toContain('firsthop lab hold'));
});

/** Sources the script and asks it as readline would: the words of the line, the last of them the one to complete. */
const complete = (...words: string[]): string[] => {
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', `${bashScript(tree)}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _firsthop; printf '%s\\n' "\${COMPREPLY[@]}"`, 'bash', 'firsthop', ...words], { encoding: 'utf8' });
  expect(stderr.split('\n').filter((line) => line !== '' && !line.includes('compopt'))).toEqual([]);
  return stdout.split('\n').filter((line) => line !== '');
};

describe('bash completes', () => {
  it.each([
    { words: ['ver'], found: ['verify', 'version'] },
    { words: ['lab', ''], found: ['run', 'up', 'down', 'status', '-h', '--help'] },
    { words: ['lab', 'run', '--ker'], found: ['--kernel'] },
    { words: ['lab', 'run', '-f', 'examples', '--kernel', ''], found: ['auto', 'linux', 'simulated'] },
    { words: ['diff', '-f', 'main', '-o', 's'], found: ['svg', 'sarif'] },
    { words: ['verify', '-f', 'exam'], found: ['examples'] },
    { words: ['completion', 'z'], found: ['zsh'] },
    { words: ['verify', '--at', ''], found: [] },
  ])('$words', ({ words, found }) => expect(complete(...words)).toEqual(found));
});
