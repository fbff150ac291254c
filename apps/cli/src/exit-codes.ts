/** contracts.md: what the command's end says to a script. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, found: 3, unreachable: 4 } as const;

/** A wrong use or unreadable input: plain words, exit 2, no stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
