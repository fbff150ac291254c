/**
 * Work in another network namespace. A socket stays in the one in which it was opened, so that is all that has to be done there.
 *
 * @module
 */
import { closeSync, openSync } from 'node:fs';
import { KernelError } from './kernel-error.ts';
import { enterNetworkNamespace, makeNetworkNamespace } from './libc.ts';

const enter = (doing: string, fd: number): void => {
  const result = enterNetworkNamespace(fd);
  if (result < 0) throw new KernelError(-result, { doing });
};

/** Back where we were, whatever `away` does. */
const andBack = <T>(away: () => T): T => {
  const own = openSync('/proc/thread-self/ns/net', 'r');
  try {
    try {
      return away();
    } finally {
      enter('going back to the own namespace', own);
    }
  } finally {
    closeSync(own);
  }
};

/** `namespace`: its path, as `ip netns` makes it; undefined, the one we are in. `work` must not wait: this thread is back before anybody else runs on it. */
export const withinNamespace = <T>(namespace: string | undefined, work: () => T): T => {
  if (namespace === undefined) return work();
  const other = openSync(namespace, 'r');
  try {
    return andBack(() => {
      enter(`entering ${namespace}`, other);
      return work();
    });
  } finally {
    closeSync(other);
  }
};

/** In one that is new and empty, and goes with the last socket or process in it. `work` must not wait. */
export const withinScratchNamespace = <T>(work: () => T): T =>
  andBack(() => {
    const result = makeNetworkNamespace();
    if (result < 0) throw new KernelError(-result, { doing: 'making a namespace to try something in' });
    return work();
  });
