/**
 * Names of translated objects: unique, stable, and valid wherever the foreign ones were not.
 *
 * @module
 */
import { contentId } from '@firsthop/base';
import { isDnsName } from '@firsthop/policy';

const clean = (text: string): string =>
  text
    .toLowerCase()
    .split('.')
    .map((part) => part.replaceAll(/[^a-z0-9-]/g, '-').slice(0, 40).replaceAll(/^-+|-+$/g, ''))
    .filter((part) => part !== '')
    .join('.')
    .slice(0, 200)
    .replace(/[.-]+$/, '');

/** What had to be changed has a hash of the original behind it, so that two of them never meet. */
const distinct = (text: string, isValid: (text: string) => boolean): string => {
  if (isValid(text)) return text;
  return `${clean(text)}-${contentId(text).slice(0, 8)}`.replace(/^-/, '');
};

/** `head.name`: the head says of which system, and which part of an object that became several. */
export const ownName = (head: string, name: string): string => `${head}.${distinct(name, (text) => text.length <= 200 && isDnsName(text))}`;

/** A tier's name is one DNS label. */
export const ownTierName = (system: string, name: string): string => `${system}-${distinct(name, (text) => /^[a-z0-9](?:[-a-z0-9]{0,38}[a-z0-9])?$/.test(text)).replaceAll('.', '-')}`;
