/**
 * What the processes of a fleet run say to each other: one line of JSON each.
 *
 * @module
 */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Misbehaviour } from './misbehaviour.ts';

/** To a process: what to do next. */
export type Order =
  | { readonly do: 'churn'; readonly perSecond: number; readonly seconds: number }
  | { readonly do: 'misbehave'; readonly share: number; readonly how: Misbehaviour }
  | { readonly do: 'tell' };

export const say = (message: object): void => void process.stdout.write(`${JSON.stringify(message)}\n`);

export const hear = (from: Readable, onMessage: (message: never) => void): void => void createInterface({ input: from }).on('line', (line) => onMessage(JSON.parse(line) as never));

/** Microseconds of the clock that all processes of a host share. */
export const microseconds = (): number => Number(process.hrtime.bigint() / 1000n);
