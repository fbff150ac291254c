import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allCommands, commandTree } from '../src/completion/command-tree.ts';
import { buildProgram } from '../src/program/program.ts';
import { referencePage } from '../src/program/reference-page.ts';

const file = 'docs/reference/cli.md';

it('docs/reference/cli.md says what the command says', () => {
  const page = referencePage(buildProgram(() => undefined));
  if (process.env['FIRSTHOP_GOLDEN'] === 'write') writeFileSync(file, page);
  expect(readFileSync(file, 'utf8')).toBe(page);
});

describe('every command teaches by example', () => {
  const page = referencePage(buildProgram(() => undefined));
  it.each(allCommands(commandTree(buildProgram(() => undefined))).map(({ path }) => path.join(' ')))('%s', (name) => {
    const [, rest = ''] = page.split(`\n## ${name}\n`);
    const [, examples = ''] = (rest.split('\n## ')[0] ?? '').split('\nExamples:\n');
    const lines = examples.split('\n').filter((line) => line.startsWith('  '));
    expect(lines.length).toBeGreaterThanOrEqual(2);
    expect(lines.length).toBeLessThanOrEqual(4);
  });
});
