/**
 * What the host's own allocator and mappings hold for this process, beside the engine: by the C library, where it is one that has these calls.
 *
 * @module
 */
import type * as Koffi from 'koffi';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { idleMappings } from './idle-mappings.ts';

/** Of `malloc.h` and `sys/mman.h`. */
const [M_TOP_PAD, M_MMAP_THRESHOLD, M_ARENA_MAX] = [-2, -3, -8];
const MADV_DONTNEED = 4;
const defaultOwnMapping = 128 * 1024;

export interface SystemMemoryOptions {
  /** Bytes from which on a piece is a mapping of its own, which is gone when it is freed. By itself the allocator moves this limit up to 32 MB. Not said: 128 KB. */
  readonly ownMapping?: number;
}

const load = () => {
  const koffi = createRequire(import.meta.url)('koffi') as typeof Koffi;
  const library = koffi.load('libc.so.6');
  return { mallopt: library.func('int mallopt(int, int)'), trim: library.func('int malloc_trim(size_t)'), madvise: library.func('int madvise(uintptr_t, size_t, int)') };
};

export interface SystemMemory {
  /** What was freed goes back to the host, and what files hold anyway is read again when somebody looks at it. */
  giveBack(): void;
  /** What was freed alone. */
  trim(): void;
}

/** Tunes the allocator, too. Undefined: another C library, or none at all. */
export const systemMemory = ({ ownMapping = defaultOwnMapping }: SystemMemoryOptions = {}): SystemMemory | undefined => {
  try {
    const { mallopt, trim, madvise } = load();
    mallopt(M_MMAP_THRESHOLD, ownMapping);
    // What lies ready above the heap is taken first, whatever the limit; by itself that is as much as the default of ours.
    if (ownMapping < defaultOwnMapping) mallopt(M_TOP_PAD, 0);
    mallopt(M_ARENA_MAX, 1);
    return {
      trim: () => void trim(0),
      giveBack: () => {
        trim(0);
        for (const { start, length } of idleMappings(readFileSync('/proc/self/smaps', 'utf8'))) madvise(start, length, MADV_DONTNEED);
      },
    };
  } catch {
    return undefined;
  }
};
