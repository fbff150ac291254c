/**
 * `nft` without a process of its own: its library, on a thread beside the event loop. A transaction takes less than a millisecond that takes
 * the program ten and more.
 *
 * One context serves one call at a time, so calls queue.
 *
 * @module
 */
import { withinNamespace } from '@firsthop/netlink';
import { createRequire } from 'node:module';
import type * as Koffi from 'koffi';
import type { NftAnswer, NftRunner } from './nft-port.ts';

/** Of `libnftables.h`, by the program's options. */
const flags: ReadonlyMap<string, number> = new Map([
  ['-s', 1 << 2],
  ['-p', 1 << 7],
]);

const load = () => {
  const koffi = createRequire(import.meta.url)('koffi') as typeof Koffi;
  const library = koffi.load('libnftables.so.1');
  return {
    create: library.func('void *nft_ctx_new(uint32_t)'),
    free: library.func('void nft_ctx_free(void *)'),
    keepOutput: library.func('int nft_ctx_buffer_output(void *)'),
    keepErrors: library.func('int nft_ctx_buffer_error(void *)'),
    setFlags: library.func('void nft_ctx_output_set_flags(void *, unsigned int)'),
    output: library.func('const char *nft_ctx_get_output_buffer(void *)'),
    errors: library.func('const char *nft_ctx_get_error_buffer(void *)'),
    run: library.func('int nft_run_cmd_from_buffer(void *, const char *)'),
  };
};

export interface NftLibrary {
  readonly run: NftRunner;
  readonly close: () => Promise<void>;
}

/** `namespace`: the path of a network namespace; undefined, the one we are in. Throws where the library is not installed. */
export const openNftLibrary = (namespace: string | undefined): NftLibrary => {
  const nft = load();
  // Its socket is opened here, and stays in this namespace.
  const context: unknown = withinNamespace(namespace, () => nft.create(0));
  if (context === null) throw new Error('libnftables gives no context');
  nft.keepOutput(context);
  nft.keepErrors(context);
  const run = nft.run as typeof nft.run & { async: (...args: unknown[]) => void };
  const call = (args: readonly string[], input: string | undefined): Promise<NftAnswer> =>
    new Promise((resolve, reject) => {
      nft.setFlags(context, args.reduce((sum, arg) => sum | (flags.get(arg) ?? 0), 0));
      const command = input ?? args.filter((arg) => !arg.startsWith('-')).join(' ');
      run.async(context, command, (fault: unknown, code: number) => {
        if (fault instanceof Error) reject(fault);
        else resolve({ code: code === 0 ? 0 : 1, out: String(nft.output(context) ?? ''), error: String(nft.errors(context) ?? '') });
      });
    });
  let last: Promise<unknown> = Promise.resolve();
  const queued = <T>(work: () => T | Promise<T>): Promise<T> => {
    const next = last.then(work, work);
    last = next;
    return next;
  };
  let isClosed = false;
  return {
    run: (args, input) => (isClosed ? Promise.resolve({ code: 1, out: '', error: 'libnftables was closed' }) : queued(() => call(args, input))),
    close: () => {
      if (isClosed) return Promise.resolve();
      isClosed = true;
      return queued(() => void nft.free(context));
    },
  };
};
