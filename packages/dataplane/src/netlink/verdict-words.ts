/**
 * Verdicts, between nft's words and the kernel's numbers.
 *
 * @module
 */
import { type Verdict, verdictCode } from '@firsthop/netlink';

/** Undefined: other words, or more. */
export const verdictOf = (text: string): Verdict | undefined => {
  const [word = '', chain, ...rest] = text.split(' ');
  if (rest.length > 0) return undefined;
  if (word === 'goto' || word === 'jump') return chain === undefined ? undefined : { code: verdictCode[word], chain };
  return chain === undefined && (word === 'accept' || word === 'drop' || word === 'continue' || word === 'return') ? { code: verdictCode[word] } : undefined;
};

const words = new Map<number, string>(Object.entries(verdictCode).map(([word, code]) => [code, word]));
export const verdictText = ({ code, chain }: Verdict): string => `${words.get(code ?? Number.NaN) ?? 'unknown'}${chain === undefined ? '' : ` ${chain}`}`;
