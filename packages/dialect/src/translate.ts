/**
 * A whole set of foreign objects, each with what it becomes. Pure: the same objects give the same answer, and their order is theirs.
 *
 * @module
 */
import { readRecord } from '@firsthop/base';
import { translateAntrea } from './antrea/antrea.ts';
import { translateCalico } from './calico/calico.ts';
import { translateCilium } from './cilium/cilium.ts';
import { foreignKind } from './foreign-kinds.ts';
import type { Known } from './foreign-objects.ts';
import { describe, Notebook } from './notebook.ts';
import { readOrigin, type System } from './origin.ts';
import type { ForeignObject, Plain, Translation } from './translation.ts';

type Recognised = Known | Notebook;

const topFields = ['apiVersion', 'kind', 'metadata', 'spec', 'specs', 'status'];

const recognise = (raw: ForeignObject): Recognised => {
  const book = new Notebook();
  const object = readRecord(raw);
  const found = foreignKind(object?.get('apiVersion'), object?.get('kind'));
  if (object === undefined || found === undefined) {
    book.error('UNKNOWN_VALUE', object === undefined ? [] : ['kind'], 'not a kind of object that is translated here');
    return book;
  }
  if (found.known === undefined) {
    const isKind = found.reads.includes(',');
    book.error('UNKNOWN_VALUE', [isKind ? 'kind' : 'apiVersion'], `${describe(object.get(isKind ? 'kind' : 'apiVersion'))} is not read here; what is read: ${found.reads}`);
    return book;
  }
  const origin = readOrigin(object, found.known, book);
  if (origin === undefined) return book;
  const known = origin.system === 'cilium' ? topFields : topFields.filter((field) => field !== 'specs');
  const unknown = [...object.keys()].filter((key) => !known.includes(key));
  for (const key of unknown) book.error('UNKNOWN_FIELD', [key], `unknown field; known are ${known.join(', ')}`);
  return { object, origin, book, isSpoilt: unknown.length > 0 };
};

const translators: Readonly<Record<System, (known: readonly Known[]) => ReadonlyMap<Known, readonly Plain[]>>> = { antrea: translateAntrea, calico: translateCalico, cilium: translateCilium };
const systems: readonly System[] = ['antrea', 'calico', 'cilium'];

/** A report of one object that people read to its end. */
const cap = (errors: Notebook['errors']): Translation['errors'] => (errors.length <= 100 ? errors : [...errors.slice(0, 100), { code: 'TOO_LARGE', path: [], message: `${errors.length - 100} more errors in this object` }]);

/** One translation for each object, in their order. */
export const translate = (objects: readonly ForeignObject[]): readonly Translation[] => {
  const recognised = objects.map(recognise);
  const known = recognised.filter((one): one is Known => !(one instanceof Notebook));
  const written = new Map(systems.flatMap((system) => [...translators[system](known.filter(({ origin }) => origin.system === system))]));
  return recognised.map((one) => {
    if (one instanceof Notebook) return { objects: [], errors: cap(one.errors), notes: one.notes, isNamed: false };
    return { objects: written.get(one) ?? [], errors: cap(one.book.errors), notes: one.book.notes, isNamed: true };
  });
};
