/**
 * Waits for packets that the kernel is working on.
 *
 * Packets are worked on under RCU, and `membarrier(MEMBARRIER_CMD_GLOBAL)` is the kernel's own wait for all that is under RCU now
 * (`synchronize_rcu`): 8 to 16 ms here, on a thread of its own.
 *
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises';
import { globalBarrier } from './libc.ts';

/** Longer than a kernel needs for a packet, unless its processor is taken away. */
const otherwiseMs = 20;

/** Resolves when every packet that was on its way now is through. Where the kernel has no such call: some time later. */
export const packetsUnderWay = async (): Promise<void> => {
  if ((await globalBarrier()) < 0) await delay(otherwiseMs);
};
