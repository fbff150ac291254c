/**
 * A newcomer's first commands, word for word from the README, on a clean copy of the repository with nothing installed.
 */
import { execFileSync, execSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** From a clean copy with a warm npm cache, on two cores. */
const FIRST_RUN_MS = 90_000;

/** Lines of the README that are indented as commands, without their comments. */
const commandsOf = (readme: string): string[] => [...readme.matchAll(/^ {4}(np[mx] .*?)(?:\s+#.*)?$/gm)].map(([, command = '']) => command.trim());

describe('the commands of the README', () => {
  const copy = mkdtempSync(join(tmpdir(), 'firsthop-first-'));
  // As a newcomer has it: without our own node_modules/.bin.
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules')).join(delimiter);
  const run = (command: string): string => execSync(command, { cwd: copy, encoding: 'utf8', env: { ...process.env, PATH: path }, stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 26 });

  beforeAll(() => {
    const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' });
    execFileSync('tar', ['-xf', '-', '-C', copy], { input: execFileSync('tar', ['-cf', '-', '--ignore-failed-read', '-T', '-'], { input: files, maxBuffer: 1 << 28 }) });
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  it('are these, so that none goes untested', () => {
    const commands = commandsOf(readFileSync('README.md', 'utf8'));
    expect(commands.map((command) => command.split(' ').slice(0, 3).join(' '))).toEqual(['npm start', 'npm test', 'npx firsthop verify', 'npx firsthop lab', 'npx firsthop connectivity', 'npx firsthop explain']);
  });

  it(`npm start -- --once: installs, compares every cell and ends, within ${FIRST_RUN_MS / 1000} s`, { timeout: 240_000 }, () => {
    const begin = performance.now();
    const out = run('npm start -- --once');
    const took = performance.now() - begin;
    const [, right, all] = /(\d+) of (\d+) cells are as the policies say/.exec(out) ?? [];
    expect(Number(all)).toBeGreaterThan(500);
    expect(right).toBe(all);
    expect(took).toBeLessThan(FIRST_RUN_MS);
  });

  const asked = commandsOf(readFileSync('README.md', 'utf8')).filter((command) => command.startsWith('npx'));

  it.each(asked.filter((command) => command.includes('--probes')))('%s', (command) => {
    const { results } = JSON.parse(run(command)) as { results: { verdict: string }[] };
    expect(results.length).toBeGreaterThan(15);
    expect(new Set(results.map(({ verdict }) => verdict))).toEqual(new Set(['allow', 'drop', 'reject']));
  });

  it.each([
    { command: 'connectivity', says: /^cluster:east\/shop\/api\[Deployment\] +cluster:east\/shop\/cart\[Deployment\] +TCP 6379$/m },
    { command: 'explain', says: /^DENIED at cluster:east\/shop\/cart \(ingress\)/m },
  ])('npx firsthop $command', ({ command, says }) => {
    const [line = ''] = asked.filter((one) => one.startsWith(`npx firsthop ${command} `));
    expect(run(line)).toMatch(says);
  });
});
