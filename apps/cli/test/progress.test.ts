import { describe, expect, it } from 'vitest';
import { Progress, progressLine } from '../src/terminal/progress.ts';

const run = (isTTY: boolean, env: Record<string, string>): string => {
  let written = '';
  let time = 0;
  const progress = new Progress({ sink: { isTTY, columns: 60, write: (text) => (written += text) }, env, now: () => time });
  for (const done of [0, 50, 100]) {
    time += 400;
    progress.update('pairs', done, 100);
  }
  progress.end();
  return written;
};

describe('progress', () => {
  it('is a line that is written over and removed', () => {
    const written = run(true, {});
    expect(written.split('\r\u001b[K').slice(1).map((line) => line.slice(0, 40))).toEqual(['[------------------------] 0/100  pairs', expect.stringContaining('[############------------] 50/100  pairs'), expect.stringContaining('[########################] 100/100'), '']);
  });

  it.each([
    { name: 'a pipe', isTTY: false, env: {} },
    { name: 'CI', isTTY: true, env: { CI: 'true' } },
    { name: 'a dumb terminal', isTTY: true, env: { TERM: 'dumb' } },
  ])('is nothing on $name', ({ isTTY, env }) => expect(run(isTTY, env)).toBe(''));

  it('has no escape sequence with NO_COLOR', () => expect(run(true, { NO_COLOR: '1' })).not.toContain('\u001b'));
  it('is no wider than the terminal, and shows no control characters', () => expect(progressLine('\u001b[2Jx'.repeat(50), 1, 2, 1000, 40)).toMatch(/^[^\p{Cc}]{1,39}$/u));
});
