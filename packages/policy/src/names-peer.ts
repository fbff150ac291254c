/**
 * Peers by DNS name: `api.example.com`, or `*.example.com` for everything one or more labels below.
 *
 * Only an Allow may name one. What a name resolves to is the choice of whoever owns it, so a denial of a name denies nothing that he
 * does not want denied, and "anybody but a name" allows whatever he likes.
 *
 * @module
 */
import { ok } from '@firsthop/base';
import { describe, type Path, type Read, refuse } from './reading.ts';
import type { Peer } from './rule.ts';

const label = /^[a-z0-9_](?:[-a-z0-9_]{0,61}[a-z0-9_])?$/;

/** Two labels at least: a whole top-level domain is a slip, and `localhost` is nobody in particular. */
const isName = (text: string): boolean => {
  const parts = text.split('.');
  return text.length <= 253 && parts.length >= 2 && parts.every((part) => label.test(part)) && !/^[0-9]+$/.test(parts.at(-1) ?? '');
};

/** In lower case and without the dot at the end. */
export const readNamesPeer = (raw: unknown, path: Path): Read<Peer> => {
  const text = typeof raw === 'string' ? raw.toLowerCase().replace(/\.$/, '') : '';
  const isPattern = isName(text.startsWith('*.') ? text.slice(2) : text);
  return isPattern ? ok({ kind: 'names', pattern: text }) : refuse('NAME_INVALID', path, `${describe(raw)} is not a DNS name such as api.example.com or *.example.com`);
};
