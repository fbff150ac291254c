/**
 * Lines that change elements and nothing else: the everyday change, when an address comes or goes.
 *
 * @module
 */
import { TABLE, type TableFamily } from '@firsthop/ruleset';

export interface ElementLine {
  readonly op: 'add' | 'delete';
  readonly family: TableFamily;
  readonly set: string;
  /** Key, and what it is mapped to: '' in a set. */
  readonly elements: readonly (readonly [key: string, value: string])[];
}

const pattern = new RegExp(`^(add|delete) element (inet|bridge) ${TABLE} (\\S+) \\{ (.+) \\}$`);

const elementOf = (text: string): [string, string] => {
  const colon = text.indexOf(' : ');
  return colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 3)];
};

/** Undefined: some line is about something else. */
export const elementLines = (lines: readonly string[]): readonly ElementLine[] | undefined => {
  const found: ElementLine[] = [];
  for (const line of lines) {
    const [, op, family, set, elements] = pattern.exec(line) ?? [];
    if (op === undefined || set === undefined || elements === undefined) return undefined;
    found.push({ op: op as ElementLine['op'], family: family as TableFamily, set, elements: elements.split(', ').map(elementOf) });
  }
  return found;
};
