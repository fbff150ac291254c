/** The examples of docs/reference/policy-kinds.md are read without a fault. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { loadManifests } from './index.ts';

const page = readFileSync('docs/reference/policy-kinds.md', 'utf8');
const examples = page
  .split(/\n(?! {4}|\n)/)
  .flatMap((part) => (/\n {4}apiVersion:/.test(`\n${part}`) ? [part.slice(part.indexOf('    apiVersion:')).replaceAll(/^ {4}/gm, '')] : []));

it('there is one of every kind that is our own or the API project', () => expect(examples).toHaveLength(4));

it.each(examples)('%s', (text) => {
  const { errors, warnings } = loadManifests([{ file: 'example.yaml', text }]);
  // The group that the example names is somebody else's.
  expect([errors.filter(({ code }) => code !== 'NOT_FOUND'), warnings]).toEqual([[], []]);
});
