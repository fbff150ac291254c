/**
 * `npm run guest -- [--seconds N] [--share FOLDER] COMMAND ...`: runs a command of this repository under Debian's kernel, in an emulated machine that sees this
 * host's tree, and ends as it ended. 125: there was no such machine.
 *
 * @module
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { debianKernel } from './debian-kernel.ts';
import { runInGuest } from './guest.ts';
import { guestRefusal } from './guest-refusal.ts';
import { slowness } from './slowness.ts';

const NO_GUEST = 125;

const main = async (): Promise<number> => {
  const { values, positionals: words } = parseArgs({ options: { seconds: { type: 'string', default: '3600' }, share: { type: 'string' } }, allowPositionals: true });
  const refusal = guestRefusal();
  if (refusal !== undefined || words.length === 0) {
    console.error(refusal ?? 'no command');
    return NO_GUEST;
  }
  const share = values.share ?? mkdtempSync(join(tmpdir(), 'firsthop-share-'));
  mkdirSync(share, { recursive: true });
  try {
    const { PATH = '', FIRSTHOP_SEED } = process.env;
    // Not how much is run: the larger samples would take days here.
    const environment = { PATH, HOME: '/root', FIRSTHOP_SLOWNESS: String(slowness), FIRSTHOP_SECOND_KERNEL: '1', ...(FIRSTHOP_SEED === undefined ? {} : { FIRSTHOP_SEED }) };
    const end = await runInGuest({ kernel: debianKernel(console.error), words, folder: process.cwd(), environment, share, secondsAtMost: Number(values.seconds), say: console.log });
    if ('exitCode' in end) return end.exitCode;
    console.error(end.failure);
    return NO_GUEST;
  } finally {
    if (values.share === undefined) rmSync(share, { recursive: true });
  }
};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
process.exitCode = await main();
