import { spawnSync } from 'node:child_process';
import { emulator } from './guest.ts';

/** Why there can be no second kernel here, in words for a person; undefined if there can. */
export const guestRefusal = (): string | undefined => {
  if (process.platform !== 'linux' || process.arch !== 'x64') return "Debian's kernel is fetched for Linux on x86-64 only";
  for (const program of [emulator, 'apt-get', 'dpkg-deb']) if (spawnSync(program, ['--version']).error !== undefined) return `the program ${program} is not installed`;
  return undefined;
};
