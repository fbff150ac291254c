import { contentId } from '@firsthop/base';
import type { Around } from '@firsthop/plan';

/**
 * Names of contents: equal texts, equal names.
 *   contentId   the same name on every machine and in every run; what leaves the process must have it
 *   localNames  good in this process only, and many times cheaper
 */
export type Naming = (text: string) => string;

export const localNames = (): Naming => {
  const names = new Map<string, string>();
  return (text) => {
    const known = names.get(text);
    if (known !== undefined) return known;
    const name = names.size.toString(36);
    names.set(text, name);
    return name;
  };
};

export const contentNames: Naming = contentId;

/** Texts of objects that were named a moment ago, by their names: whoever needs them next need not write them again. */
export type Texts = Map<string, string>;

/** `naming`: of the text around the name that is looked for. */
export const nameAround = ([before, after]: Around, naming: Naming, texts: Texts | undefined): string => {
  const name = naming(`${before}""${after}`);
  texts?.set(name, `${before}"${name}"${after}`);
  return name;
};
