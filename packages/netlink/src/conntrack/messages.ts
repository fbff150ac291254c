/**
 * The messages of connection tracking, written and read. Pure.
 *
 * @module
 */
import { attributes, type Codec } from '../attributes/codec.ts';
import type { Writer } from '../attributes/writer.ts';
import { type Message, messageFlag } from '../message.ts';
import { contentOf, familyNumbers, requestOf, subsystem } from '../nf-tables/nfnetlink.ts';
import { type ConntrackEntry, connectionEntry, type EntryKey, entryKey } from './entry.ts';

/** Of a message about a connection, and of a request. */
const message = { create: 0, get: 1, delete: 2 } as const;
const anyFamily = 0;
const nothing: Codec<Readonly<Record<string, never>>> = attributes({});

const typeOf = (number: number): number => (subsystem.conntrack << 8) | number;

/** Asks for everything, IPv4 and IPv6. */
export const dumpRequest = (sequence: number): Writer => requestOf(sequence, { type: typeOf(message.get), flags: messageFlag.request | messageFlag.dump, family: anyFamily, codec: nothing, values: {} });

/** Throws a `TypeError` where the tuple has no addresses of one family: the kernel would take a request without them for one to delete everything. */
export const deleteRequest = (sequence: number, key: EntryKey): Writer => {
  const family = typeof key.original.source === 'number' ? familyNumbers.ip : familyNumbers.ip6;
  return requestOf(sequence, { type: typeOf(message.delete), flags: messageFlag.request | messageFlag.ack, family, codec: entryKey, values: key });
};

/** Undefined: a message of another kind. Throws a `MalformedError` where it is one, and no connection is in it. */
export const readConnection = (from: Message): ConntrackEntry | undefined => (from.type === typeOf(message.create) ? contentOf(from, connectionEntry) : undefined);

export interface ConntrackEvent {
  readonly kind: 'new' | 'update' | 'destroy';
  /** As it is now; of an update, the kernel names what changed and not always the rest. */
  readonly entry: ConntrackEntry;
}

/** Undefined: a message of another kind. Throws a `MalformedError` as `readConnection` does. */
export const readConntrackEvent = (from: Message): ConntrackEvent | undefined => {
  if (from.type === typeOf(message.delete)) return { kind: 'destroy', entry: contentOf(from, connectionEntry) };
  if (from.type !== typeOf(message.create)) return undefined;
  return { kind: (from.flags & messageFlag.create) === 0 ? 'update' : 'new', entry: contentOf(from, connectionEntry) };
};
