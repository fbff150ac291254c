/**
 * Which parts of files this process has mapped and can have back at any time by looking: programs and libraries, as far as nobody writes into them.
 * Pure.
 *
 * @module
 */
export interface Mapping {
  /** First address, and bytes. */
  readonly start: number;
  readonly length: number;
}

const head = /^([\da-f]+)-([\da-f]+) (\S{4}) \S+ \S+ \d+ +(\/.*)$/;
/** A page that was written to, as the loader does before it closes it, is of this process alone and would be lost. */
const written = /^(?:Anonymous|Private_Dirty|Shared_Dirty|Swap): +(\d+) kB$/;

/** From `/proc/self/smaps`. */
export const idleMappings = (smaps: string): Mapping[] => {
  const found: Mapping[] = [];
  let isOpen = false;
  for (const line of smaps.split('\n')) {
    const [, first, last, permissions] = head.exec(line) ?? [];
    if (/^[\da-f]+-[\da-f]+ /.test(line)) isOpen = permissions !== undefined && /^r-[x-]p$/.test(permissions);
    if (isOpen && first !== undefined && last !== undefined) found.push({ start: Number.parseInt(first, 16), length: Number.parseInt(last, 16) - Number.parseInt(first, 16) });
    else if (isOpen && Number(written.exec(line)?.[1] ?? 0) > 0) {
      found.pop();
      isOpen = false;
    }
  }
  return found;
};
