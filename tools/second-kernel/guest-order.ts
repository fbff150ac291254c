/**
 * What `npm run guest` was asked for. Its own options stand before the command; all that follows is the command's, options too. Pure.
 *
 * @module
 */
import { parseArgs } from 'node:util';

export interface GuestOrder {
  readonly secondsAtMost: number;
  /** A folder that the caller looks into afterwards. Undefined: nobody does. */
  readonly share: string | undefined;
  /** Two processors at once; else by turns. */
  readonly isTogether: boolean;
  /** Never empty. */
  readonly words: readonly string[];
}

const options = { seconds: { type: 'string', default: '3600' }, share: { type: 'string' }, together: { type: 'boolean', default: false } } as const;

/** Throws, for people, where there is no command or an option is not known. */
export const guestOrder = (args: readonly string[]): GuestOrder => {
  const { tokens } = parseArgs({ args: [...args], options, allowPositionals: true, strict: false, tokens: true });
  const first = tokens.find(({ kind }) => kind === 'positional' || kind === 'option-terminator');
  const [own, words] = first === undefined ? [args, []] : [args.slice(0, first.index), args.slice(first.kind === 'positional' ? first.index : first.index + 1)];
  const { values } = parseArgs({ args: [...own], options });
  const secondsAtMost = Number(values.seconds);
  if (words.length === 0) throw new Error('no command');
  if (!(secondsAtMost > 0)) throw new Error(`--seconds ${values.seconds} is no time`);
  return { secondsAtMost, share: values.share, isTogether: values.together, words };
};
