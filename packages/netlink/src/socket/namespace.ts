/**
 * Work in another network namespace. A socket stays in the one in which it was opened, so that is all that has to be done there.
 *
 * @module
 */
import { closeSync, openSync } from 'node:fs';
import { KernelError } from './kernel-error.ts';
import { enterNetworkNamespace } from './libc.ts';

const enter = (doing: string, fd: number): void => {
  const result = enterNetworkNamespace(fd);
  if (result < 0) throw new KernelError(-result, { doing });
};

/** `namespace`: its path, as `ip netns` makes it; undefined, the one we are in. `work` must not wait: this thread is back before anybody else runs on it. */
export const withinNamespace = <T>(namespace: string | undefined, work: () => T): T => {
  if (namespace === undefined) return work();
  const own = openSync('/proc/thread-self/ns/net', 'r');
  try {
    const other = openSync(namespace, 'r');
    try {
      enter(`entering ${namespace}`, other);
      try {
        return work();
      } finally {
        enter('leaving the namespace', own);
      }
    } finally {
      closeSync(other);
    }
  } finally {
    closeSync(own);
  }
};
