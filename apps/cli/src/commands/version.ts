import { readFileSync } from 'node:fs';
import { exitCodes } from '../exit-codes.ts';
import { print } from '../terminal.ts';

export const ownVersion = (): string => (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version;

export const version = (): number => {
  print(`firsthop ${ownVersion()} (node ${process.version})`);
  return exitCodes.ok;
};
