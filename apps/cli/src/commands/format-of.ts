import { UsageError } from '../exit-codes.ts';

export const formatOf = <T extends string>(text: string, formats: readonly T[]): T => {
  const found = formats.find((format) => format === text);
  if (found === undefined) throw new UsageError(`-o is one of ${formats.join(', ')}, not ${text}`);
  return found;
};
