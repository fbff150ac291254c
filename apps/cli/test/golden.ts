/** A text held to a file of `golden/`. FIRSTHOP_GOLDEN=write writes the files anew, for somebody to look at before they are committed. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';

export const expectGolden = (name: string, text: string): void => {
  const file = join(import.meta.dirname, 'golden', name);
  const whole = text.endsWith('\n') ? text : `${text}\n`;
  if (process.env['FIRSTHOP_GOLDEN'] === 'write') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, whole);
  }
  expect(existsSync(file) ? readFileSync(file, 'utf8') : '').toBe(whole);
};
