/**
 * Data and verdicts, as registers and elements hold them (`NFTA_DATA_*`, `NFTA_VERDICT_*`).
 *
 * @module
 */
import { attributes, bytes, field, s32be, text, type Values } from '../attributes/codec.ts';

export const verdictCode = { drop: 0, accept: 1, continue: -1, break: -2, jump: -3, goto: -4, return: -5 } as const;

const verdict = attributes({ code: field(1, s32be), chain: field(2, text) });

/** `value`: as the register or the element has it, in network order. */
export const data = attributes({ value: field(1, bytes), verdict: field(2, verdict) });

export type Data = Values<{ readonly value: ReturnType<typeof field<Buffer>>; readonly verdict: ReturnType<typeof field<Verdict>> }>;

export interface Verdict {
  /** `verdictCode`. */
  readonly code?: number | undefined;
  /** Of `jump` and `goto`. */
  readonly chain?: string | undefined;
}
