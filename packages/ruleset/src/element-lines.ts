/**
 * Changes of elements as lines of nft.
 *
 * @module
 */
import type { ElementChange } from './encoding.ts';
import { TABLE } from './nft-state.ts';

/** Elements a line; nft reads the whole text at once, people do not. */
const CHUNK = 200;

const chunks = <T>(all: readonly T[]): T[][] => Array.from({ length: Math.ceil(all.length / CHUNK) }, (_, i) => all.slice(i * CHUNK, (i + 1) * CHUNK));

/** `at`: family and table. */
export const elementLines = (at: string, name: string, gone: readonly string[], come: readonly string[]): string[] => [
  ...chunks(gone).map((part) => `delete element ${at} ${name} { ${part.join(', ')} }`),
  ...chunks(come).map((part) => `add element ${at} ${name} { ${part.join(', ')} }`),
];

export const elementText = (key: string, value: string): string => (value === '' ? key : `${key} : ${value}`);

/** Of maps of the table `inet` that are already there. */
export const linesOfChanges = (changes: readonly ElementChange[]): string[] => {
  const at = `inet ${TABLE}`;
  const byMap = new Map<string, ElementChange[]>();
  for (const change of changes) {
    const list = byMap.get(change.map);
    if (list === undefined) byMap.set(change.map, [change]);
    else list.push(change);
  }
  return [...byMap].flatMap(([name, list]) => {
    const gone = list.flatMap(({ key, was }) => (was === undefined ? [] : [key]));
    const come = list.flatMap(({ key, now }) => (now === undefined ? [] : [elementText(key, now)]));
    return elementLines(at, name, gone, come);
  });
};
