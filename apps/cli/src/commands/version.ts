import { readFileSync } from 'node:fs';
import { exitCodes } from '../exit-codes.ts';
import { print } from '../terminal.ts';

export const version = (): number => {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  print(`firsthop ${manifest.version} (node ${process.version})`);
  return exitCodes.ok;
};
