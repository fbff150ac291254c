/** The file system as an attacker would leave it: reading ends, waits for nobody, and says what it could not read. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manifestLimits, readSources, type Sources } from './index.ts';

let folder = '';
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'firsthop-sources-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (): Sources => readSources([folder]);
const texts = ({ sources }: Sources): string[] => sources.map(({ file, text }) => `${file.slice(folder.length + 1)}=${text}`);
const codes = ({ errors }: Sources): string[] => errors.map(({ file, line, code }) => `${file.slice(folder.length + 1)}:${line} ${code}`);

describe('a folder of a good file and', () => {
  beforeEach(() => writeFileSync(join(folder, 'good.yaml'), 'good'));

  it.each([
    { name: 'a file without the name of a manifest', make: () => writeFileSync(join(folder, 'notes.txt'), 'x'), errors: [] },
    { name: 'links to folders, in circles', make: () => ['a.yaml', 'b.yaml', 'c'].forEach((link) => symlinkSync('.', join(folder, link))), errors: [] },
    { name: 'a link to itself', make: () => symlinkSync('loop.yaml', join(folder, 'loop.yaml')), errors: ['loop.yaml:1 UNREADABLE'] },
    { name: 'a link to nothing', make: () => symlinkSync('gone', join(folder, 'link.yaml')), errors: ['link.yaml:1 UNREADABLE'] },
    { name: 'a FIFO', make: () => execFileSync('mkfifo', [join(folder, 'fifo.yaml')]), errors: ['fifo.yaml:1 UNREADABLE'] },
    { name: 'a link to a device', make: () => symlinkSync('/dev/zero', join(folder, 'zero.yaml')), errors: ['zero.yaml:1 UNREADABLE'] },
    { name: 'invalid UTF-8', make: () => writeFileSync(join(folder, 'latin.yaml'), Buffer.from([0x61, 0xe4, 0x62])), errors: ['latin.yaml:1 UNREADABLE'] },
    { name: 'UTF-16', make: () => writeFileSync(join(folder, 'wide.yaml'), Buffer.from('\uFEFFkind: Pod', 'utf16le')), errors: ['wide.yaml:1 UNREADABLE'] },
    { name: 'seventy megabytes', make: () => writeFileSync(join(folder, 'noise.yaml'), Buffer.alloc(70_000_000, 'x')), errors: ['noise.yaml:1 TOO_LARGE'] },
  ])('$name', ({ make, errors }) => {
    make();
    expect([texts(read()), codes(read())]).toEqual([['good.yaml=good'], errors]);
  });

  it('a link to a file is that file', () => {
    mkdirSync(join(folder, 'below'));
    symlinkSync('../good.yaml', join(folder, 'below', 'link.yaml'));
    expect(texts(read())).toEqual(['below/link.yaml=good', 'good.yaml=good']);
  });
});

it('a file of exactly the greatest size is read', () => {
  writeFileSync(join(folder, 'a.yaml'), Buffer.alloc(manifestLimits.bytesPerFile, ' '));
  expect([read().sources.length, read().errors]).toEqual([1, []]);
});

it('a path that is not there', () => expect(readSources([join(folder, 'nowhere')])).toMatchObject({ sources: [], errors: [{ code: 'UNREADABLE' }] }));
