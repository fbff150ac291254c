/**
 * What is said to the ends of connections that are to hear a reset, and what their answers mean. Pure.
 *
 * A reset counts only with the sequence number that its receiver expects next, and only the receiver knows it. So each end is sent, in the other one's
 * name, a segment that cannot be right (a SYN in the middle); it answers where it stands (RFC 5961), and that is all that a reset must say. Whatever else it
 * says meanwhile says it too.
 *
 * @module
 */
import type { ConnectionEnd } from './find-ends.ts';
import { tcpFlag, type TcpPath, type TcpSegment } from './tcp-frame.ts';

const keyOf = ({ from, fromPort, to, toPort }: TcpPath): string => `${from} ${fromPort} ${to} ${toPort}`;
const opposite = ({ from, fromPort, to, toPort }: TcpPath): TcpPath => ({ from: to, fromPort: toPort, to: from, toPort: fromPort });

/** A segment for an end. */
export interface Said {
  readonly end: ConnectionEnd;
  readonly segment: TcpSegment;
}

export class ConversationEnds {
  readonly #silent = new Map<string, ConnectionEnd>();
  readonly #reset = new Map<string, ConnectionEnd>();

  constructor(ends: readonly ConnectionEnd[]) {
    for (const end of ends) this.#silent.set(keyOf(end.path), end);
  }

  /** Has each of them been heard? */
  get isDone(): boolean {
    return this.#silent.size === 0;
  }

  get resets(): number {
    return this.#reset.size;
  }

  /** To all that have not been heard. */
  questions(): Said[] {
    return [...this.#silent.values()].map((end) => ({ end, segment: { ...opposite(end.path), flags: tcpFlag.syn, sequence: 0, acknowledged: 0 } }));
  }

  /** Undefined: it is of nobody here, or of somebody who has no connection any more. */
  answerTo(segment: TcpSegment): Said | undefined {
    const key = keyOf(segment);
    const end = this.#silent.get(key) ?? this.#reset.get(key);
    if (end === undefined) return undefined;
    this.#silent.delete(key);
    this.#reset.set(key, end);
    if ((segment.flags & tcpFlag.rst) !== 0 || (segment.flags & tcpFlag.ack) === 0) return undefined;
    return { end, segment: { ...opposite(end.path), flags: tcpFlag.rst, sequence: segment.acknowledged, acknowledged: 0 } };
  }
}
