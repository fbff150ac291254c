import { contentId } from '@firsthop/base';

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
