/**
 * Which number each content of the policy directory has: what makes positions of several managers comparable, each of which looks at the directory when it
 * likes. Numbers are given by who has the lease; everybody reads them.
 *
 * @module
 */
export interface Numbering {
  /** Of the lease by which it was written last: an earlier one writes no more. */
  readonly term: number;
  /** Only a new one may take agents back. */
  readonly epoch: number;
  /** The newest last. */
  readonly contents: readonly { readonly number: number; readonly content: string }[];
}

/** Who lags by more finds its content without a number, and looks again. */
const remembered = 64;

/** The newest number of a content. Undefined: it has none, or not any more. */
export const numberOf = (numbering: Numbering | undefined, content: string): number | undefined => numbering?.contents.findLast((entry) => entry.content === content)?.number;

export interface Holder {
  readonly term: number;
  /** At least this one. */
  readonly epoch: number;
  /** What is in the directory. Undefined: it was not looked at yet. */
  readonly content: string | undefined;
  /** Whether a content that has an older number may be the newest again: not for who has not seen the newest yet, and may only lag. */
  readonly mayReturn: boolean;
}

/** What the holder of the lease is to write. Undefined: nothing. `deposed`: somebody with a later lease has written. */
export const nextNumbering = (was: Numbering | undefined, { term, epoch, content, mayReturn }: Holder): Numbering | 'deposed' | undefined => {
  const { contents, ...head } = was ?? { contents: [], term: -1, epoch: 0 };
  if (term < head.term) return 'deposed';
  const last = contents.at(-1);
  const isNew = content !== undefined && content !== last?.content && (mayReturn || numberOf(was, content) === undefined);
  if (!isNew && term === head.term && epoch <= head.epoch) return undefined;
  const next = isNew ? [...contents, { number: (last?.number ?? 0) + 1, content }].slice(-remembered) : contents;
  return { term, epoch: Math.max(epoch, head.epoch), contents: next };
};
