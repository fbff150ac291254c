/**
 * The law of the plain reader: what it reads is what the real parser reads, member by member and line by line. What it does not read
 * is nobody's loss but of time.
 */
import { badManifests } from '@firsthop/testkit';
import * as fc from 'fast-check';
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readYaml } from '../read-yaml.ts';
import { splitDocuments } from '../split-documents.ts';
import { plainLines, readPlain } from './index.ts';

type Path = readonly (string | number)[];

const pathsOf = (value: unknown, path: Path = []): Path[] => {
  if (typeof value !== 'object' || value === null) return [path];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...entries.flatMap(([key, member]: [string | number, unknown]) => pathsOf(member, [...path, key]))];
};

/** With the order of keys, which `toEqual` does not see. */
const written = (value: unknown): string => JSON.stringify(value);

/** True: it was of the plain kind. Throws where the two disagree. */
const agrees = (text: string): boolean => {
  const plain = readPlain(text);
  if (plain === undefined) return false;
  const readings = readYaml(text);
  const [reading] = readings;
  if (readings.length !== 1 || reading === undefined || 'faults' in reading) throw new Error(`the parser does not read ${JSON.stringify(text)}: ${JSON.stringify(reading)}`);
  if (written(plain) !== written(reading.value)) throw new Error(`of ${JSON.stringify(text)}: ${written(plain)} and not ${written(reading.value)}`);
  expect(plain).toEqual(reading.value);
  const lines = plainLines(text);
  for (const path of [...pathsOf(plain), ['nowhere'], ['spec', 'nowhere', 0]]) if (lines(path) !== reading.lineOf(path)) throw new Error(`of ${JSON.stringify(text)}: ${JSON.stringify(path)} is on line ${lines(path)} and not ${reading.lineOf(path)}`);
  return true;
};

const corpus = globSync(['packages/testkit/fixtures/**/*.{yaml,yml,json}', 'examples/**/*.{yaml,yml,json}', 'deploy/**/*.{yaml,yml}']).sort();
const chunks = [...corpus.map((file) => readFileSync(file, 'utf8')), ...badManifests.filter(({ text }) => text.length < 20_000).map(({ text }) => text)].flatMap((text) => splitDocuments(text).map((chunk) => chunk.text)).filter(({ length }) => length < 60_000);

describe('the plain reader', () => {
  it('reads the corpora as the parser does, and most of them', () => {
    const read = chunks.filter(agrees);
    expect(read.length / chunks.length).toBeGreaterThan(0.7);
  });

  const piece = fc.constantFrom('\n', '  ', ' ', '- ', ':', ': ', '#', ' #', '"', "'", '[', ']', '{', '}', ',', '|', '>', '|-', '&a ', '*a', '!!str ', '<<', '? ', '~', 'null', '0x1F', '007', '1e3', '.5', '-', '--- ', '...', '%YAML 1.1', '\t', 'a: b', '\n  ', '\n    ', '\n- ', '\n\n', '@', '`', '\\', '\\n', '\u00a0', '\ufeff', '1_000', '+1', '.inf', 'yes', '2024-01-01', '1.', '=', '__proto__: 1', "''", '""', '10.0.0.0/8', '::/0', 'fd00::1');
  const edits = fc.array(fc.record({ at: fc.nat(), cut: fc.integer({ min: 0, max: 6 }), put: fc.oneof(piece, piece, fc.string({ maxLength: 3 })) }), { minLength: 1, maxLength: 3 });
  const short = chunks.filter(({ length }) => length < 1500);

  it('reads what somebody changed at random as the parser does', () => {
    let plain = 0;
    fc.assert(
      fc.property(fc.constantFrom(...short), edits, (text, list) => {
        let now = text;
        for (const { at, cut, put } of list) {
          const place = at % (now.length + 1);
          now = now.slice(0, place) + put + now.slice(place + cut);
        }
        for (const chunk of splitDocuments(now)) if (agrees(chunk.text)) plain++;
      }),
      { numRuns: process.env['FIRSTHOP_NIGHTLY'] === '1' ? 200_000 : 3000 },
    );
    expect(plain).toBeGreaterThan(300);
  });

  it('reads small texts of nothing but syntax as the parser does', () => {
    const words = fc.oneof(piece, piece, fc.constantFrom('a', 'b', 'a:', 'b:', 'a: ', '1', 'x y', '\na: ', '\nb:\n', '\n  c: ', '\n  - '));
    fc.assert(fc.property(fc.array(words, { maxLength: 10 }).map((list) => list.join('')), (text) => void splitDocuments(text).map((chunk) => agrees(chunk.text))), { numRuns: process.env['FIRSTHOP_NIGHTLY'] === '1' ? 1_000_000 : 20_000 });
  });

  const value = fc.jsonValue({ maxDepth: 4 });
  it.each([
    { name: 'JSON', write: (it: unknown) => JSON.stringify(it) },
    { name: 'JSON over lines', write: (it: unknown) => JSON.stringify(it, null, 2) },
    { name: 'JSON without an indentation', write: (it: unknown) => JSON.stringify(it, null, 2).replaceAll(/^ +/gm, '') },
    { name: 'YAML', write: (it: unknown) => stringify(it, { aliasDuplicateObjects: false }) },
    { name: 'YAML with lists in the key column', write: (it: unknown) => stringify(it, { indentSeq: false, aliasDuplicateObjects: false, lineWidth: 0 }) },
  ])('reads any value in $name as the parser does', ({ write }) => {
    fc.assert(fc.property(fc.oneof(value, fc.dictionary(fc.stringMatching(/^[a-z][a-z./-]{0,5}$/), value)), (it) => void agrees(write(it))), { numRuns: 1000 });
  });

  it.each(['a: |\n  b\n  c', 'a: |\n  b\n\n  c\nd: 1', 'a: |-\n  b\nc: 2', 'a: |\n    b\n  c', 'a: |\n  b\n   c\n', '- a: |\n    b\n- c', 'a: |\n b\n#c\nd: 1', 'a: |\n  b\n  #c', 'a: |\n  b\n # c\nd: 1', 'a:\n- b: |\n   x\n  c: 1', '{"a": [\n... "b"\n]}', '{"a": [\n... b\n]}', '[\n...\n]', '[\n--- b\n]', '[ ... b, --- c]', '{a: ...}'])('reads the text in %j as the parser does', (text) => void agrees(text));
});
