/**
 * Tells when a socket has something to read, from the event loop that is there already.
 *
 * koffi lends us libuv's own poll (`koffi.node.poll`), so the socket stands in the same epoll as everything else of Node. A worker thread that waits
 * in `recv` would need a thread and a heap for each listener, a copy of each datagram, a second queue with a bound of its own, and something that
 * wakes it to end it; here the kernel's buffer is the only queue. koffi does not document the call, and its version is pinned: a test would notice.
 *
 * koffi calls back too where no JavaScript can run any more, and that aborts the process. So whatever is open is closed when the process ends; and
 * worker threads, which are not told that they are terminated, cannot listen.
 *
 * koffi calls back outside any scope of Node's: an error thrown there would surface anywhere, and promises would not go on. So nothing happens in
 * the callback but that an immediate is asked for, which follows in the same round of the loop.
 *
 * @module
 */
import { isMainThread } from 'node:worker_threads';
import { type PollHandle, pollReadable } from './libc.ts';

const allOpen = new Set<Readiness>();

const closeAll = (): void => {
  for (const one of allOpen) one.close();
};

export class Readiness {
  readonly #handle: PollHandle;
  readonly #keepsProcess: boolean;
  readonly #onReady: () => void;
  #next: NodeJS.Immediate | undefined;
  #isStopped = false;

  /** `onReady` comes again in each round of the event loop as long as something is there. The descriptor must not be closed before `close`. Throws in a worker thread. */
  constructor(descriptor: number, keepsProcess: boolean, onReady: () => void) {
    if (!isMainThread) throw new Error('only the main thread can listen: a worker that is terminated meanwhile would end the process');
    this.#keepsProcess = keepsProcess;
    this.#onReady = onReady;
    this.#handle = pollReadable(descriptor, this.#ask);
    if (!keepsProcess) this.#handle.unref();
    if (allOpen.size === 0) process.on('exit', closeAll);
    allOpen.add(this);
  }

  /** Safe to repeat. */
  close(): void {
    allOpen.delete(this);
    if (allOpen.size === 0) process.off('exit', closeAll);
    if (this.#next !== undefined) clearImmediate(this.#next);
    this.#handle.close();
  }

  readonly #ask = (status: unknown): void => {
    // libuv takes the error of a socket (ENOBUFS is one) for the end of it, and looks no more.
    if (Number(status) < 0) this.#isStopped = true;
    this.#next ??= setImmediate(this.#run);
    if (!this.#keepsProcess) this.#next.unref();
  };

  readonly #run = (): void => {
    this.#next = undefined;
    if (this.#isStopped) {
      this.#isStopped = false;
      this.#handle.start({ readable: true }, this.#ask);
    }
    this.#onReady();
  };
}
