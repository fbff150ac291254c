/**
 * What the kernel says when it refuses.
 *
 * @module
 */
import { attributes, field, MalformedError, text, u32 } from '../attributes/codec.ts';
import { type Message, messageFlag } from '../message.ts';
import { getSystemErrorMap } from 'node:util';

/** What the kernel says to itself, and Node therefore does not know. */
const more = new Map<number, [string, string]>([[85, ['ERESTART', 'somebody else changed the ruleset meanwhile']]]);

export class KernelError extends Error {
  override readonly name = 'KernelError';
  /** Positive. */
  readonly errno: number;
  /** `EEXIST`. */
  readonly code: string;
  /** Of the message that it refused. */
  readonly sequence: number;
  /** In that message: the attribute that it did not like. */
  readonly offset: number | undefined;
  /** The kernel's own words, which it has for most requests that it takes for wrong. */
  readonly explanation: string | undefined;

  constructor(errno: number, said: { readonly sequence?: number; readonly explanation?: string | undefined; readonly offset?: number | undefined; readonly doing?: string } = {}) {
    const [code, meaning] = getSystemErrorMap().get(-errno) ?? more.get(errno) ?? [`E${errno}`, 'unknown error'];
    super(`${said.doing === undefined ? '' : `${said.doing}: `}${code}, ${said.explanation ?? meaning}`);
    this.errno = errno;
    this.code = code;
    this.sequence = said.sequence ?? 0;
    this.offset = said.offset;
    this.explanation = said.explanation;
  }
}

const explanation = attributes({ message: field(1, text), offset: field(2, u32) });

/** Undefined: it is an acknowledgement. */
export const errorIn = ({ buffer, flags, start, end, sequence }: Message): KernelError | undefined => {
  if (end - start < 4) throw new MalformedError(`an error of ${end - start} bytes`);
  const errno = -buffer.readInt32LE(start);
  if (errno === 0) return undefined;
  // Behind the error stands the header of the request, and all of it where nobody asked for less.
  const isCapped = (flags & messageFlag.capped) !== 0;
  const quoted = isCapped || end - start < 8 ? 16 : buffer.readUInt32LE(start + 4);
  if (quoted > end) throw new MalformedError(`an error that quotes ${quoted} bytes in ${end - start}`);
  const said = (flags & messageFlag.explained) === 0 ? {} : explanation.read(buffer, start + 4 + ((quoted + 3) & ~3), end);
  return new KernelError(errno, { sequence, explanation: said.message, offset: said.offset });
};
