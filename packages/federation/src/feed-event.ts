/**
 * One event of a peer's subscription, as it comes off the wire: nothing in it is believed before it is read here.
 *
 * @module
 */
import { fail, ok, type Result } from '@firsthop/base';
import { z } from 'zod';

export interface FeedEvent {
  /** All there is: forget everything else. */
  readonly whole: boolean;
  readonly values: readonly (readonly [key: string, value: unknown])[];
  readonly gone: readonly string[];
}

const MOST = 1_000_000;
const key = z.string().min(1).max(1024);
const Event = z.strictObject({ whole: z.boolean(), values: z.array(z.tuple([key, z.unknown()])).max(MOST), gone: z.array(key).max(MOST) });

export const readFeedEvent = (data: unknown): Result<FeedEvent, string> => {
  const event = Event.safeParse(data);
  return event.success ? ok(event.data) : fail(`not an event of a peer: ${event.error.issues[0]?.message ?? ''}`);
};
