/**
 * `npm run guest -- [--seconds N] [--share FOLDER] [--together] COMMAND ...`: runs a command of this repository under Debian's kernel, in an emulated machine that sees this
 * host's tree, and ends as it ended. 125: there was no such machine.
 *
 * @module
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { debianKernel } from './debian-kernel.ts';
import { runInGuest } from './guest.ts';
import { type GuestOrder, guestOrder } from './guest-order.ts';
import { guestRefusal } from './guest-refusal.ts';
import { slowness } from './slowness.ts';

const NO_GUEST = 125;

/** Or why there is none, for people. */
const orderNow = (): GuestOrder | string => {
  const refusal = guestRefusal();
  if (refusal !== undefined) return refusal;
  try {
    return guestOrder(process.argv.slice(2));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

const main = async (): Promise<number> => {
  const order = orderNow();
  if (typeof order === 'string') {
    console.error(order);
    return NO_GUEST;
  }
  const { words, secondsAtMost, isTogether } = order;
  const share = order.share ?? mkdtempSync(join(tmpdir(), 'firsthop-share-'));
  mkdirSync(share, { recursive: true });
  try {
    const { PATH = '', FIRSTHOP_SEED } = process.env;
    // Not how much is run: the larger samples would take days here. Node need not compile what an earlier process did.
    const environment = { PATH, HOME: '/root', NODE_COMPILE_CACHE: '/run/compiled', FIRSTHOP_SLOWNESS: String(slowness), FIRSTHOP_SECOND_KERNEL: '1', ...(FIRSTHOP_SEED === undefined ? {} : { FIRSTHOP_SEED }) };
    const end = await runInGuest({ kernel: debianKernel(console.error), words, folder: process.cwd(), environment, share, secondsAtMost, isTogether, say: console.log });
    if ('exitCode' in end) return end.exitCode;
    console.error(end.failure);
    return NO_GUEST;
  } finally {
    if (order.share === undefined) rmSync(share, { recursive: true });
  }
};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
process.exitCode = await main();
