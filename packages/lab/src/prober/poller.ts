/**
 * Watches many sockets by looking once a millisecond while somebody waits for an answer, and not at all otherwise.
 *
 * @module
 */
import { linux, pollNow } from './libc.ts';

export interface Watched {
  readonly fd: number;
  /** POLLIN, POLLOUT; errors are always reported. */
  readonly events: number;
  readonly onReady: () => void;
}

export class Poller {
  readonly #watched = new Map<number, Watched>();
  #waiting = 0;
  #timer: NodeJS.Timeout | undefined;

  watch(watched: Watched): void {
    this.#watched.set(watched.fd, watched);
  }

  unwatch(fd: number): void {
    this.#watched.delete(fd);
  }

  /** Keeps looking until the returned function is called. */
  wait(): () => void {
    this.#waiting++;
    this.#timer ??= setTimeout(() => this.#look(), 0);
    return () => void this.#waiting--;
  }

  #look(): void {
    const all = [...this.#watched.values()];
    const ready = pollNow(all);
    for (const [i, events] of ready.entries()) {
      const watched = all[i];
      // Still watched? An earlier callback of this round may have closed it.
      if (events !== 0 && watched !== undefined && this.#watched.get(watched.fd) === watched) watched.onReady();
    }
    this.#timer = this.#waiting > 0 ? setTimeout(() => this.#look(), 1) : undefined;
  }
}

export const readable: number = linux.POLLIN;
export const writable: number = linux.POLLOUT;
