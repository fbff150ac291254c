/** The command on input that cannot be read: exit 2, one JSON on stdout, every error with its place, and nothing for a terminal to obey. */
import { badManifests, bombs, goodFiles, goodVerdicts } from '@firsthop/testkit';
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

interface Report {
  readonly results: readonly { readonly id: string; readonly verdict: string }[];
  readonly warnings: readonly unknown[];
  readonly errors: readonly { readonly file: string; readonly line?: number; readonly path: string; readonly code: string; readonly message: string }[];
}

let folder = '';
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'firsthop-input-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (file: string, text: string | Uint8Array): string => {
  const path = join(folder, file);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
};

const verifyIn = (megabytes: number, ...args: string[]): SpawnSyncReturns<string> =>
  spawnSync(process.execPath, [`--max-old-space-size=${megabytes}`, 'apps/cli/src/main.ts', 'verify', '-f', join(folder, 'in'), '--probes', join(folder, 'probes.json'), ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
const verify = (...args: string[]): SpawnSyncReturns<string> => verifyIn(512, ...args);
const reportOf = ({ stdout }: SpawnSyncReturns<string>): Report => JSON.parse(stdout) as Report;

const clusterOf = (i: number): string => `c${i}`;
const probesOf = (cluster: string): object[] => goodVerdicts.map(([from, to]) => ({ id: `${cluster} ${from} > ${to}`, from: `cluster:${cluster}/shop/${from}`, to: `cluster:${cluster}/shop/${to}`, port: 80 }));

describe('every bad manifest, each in a cluster of its own', () => {
  const write = (): void => {
    for (const [i, { file, text }] of badManifests.entries()) for (const [name, good] of Object.entries(goodFiles)) put(`in/clusters/${clusterOf(i)}/${name}`, name === file ? text : good);
    for (const [name, good] of Object.entries(goodFiles)) put(`in/clusters/good/${name}`, good);
    put('probes.json', JSON.stringify({ probes: [...badManifests.keys()].map(clusterOf).concat('good').flatMap(probesOf) }));
  };

  it('exit 2, nothing is judged, and each error has file, line, path and code', () => {
    write();
    const run = verify('-o', 'json');
    const { results, errors } = reportOf(run);
    expect([run.status, results]).toEqual([2, []]);
    for (const [i, { file, code, path = '' }] of badManifests.entries()) {
      const mine = errors.filter((error) => error.file.includes(`/clusters/${clusterOf(i)}/`));
      expect(mine).toContainEqual(expect.objectContaining({ file: expect.stringMatching(new RegExp(`/${file}$`)), line: expect.any(Number), path, code, message: expect.any(String) }));
    }
    expect(errors.filter(({ file }) => file.includes('/clusters/good/'))).toEqual([]);
    expect(run.stderr.replaceAll(/[\n\t]/g, '')).not.toMatch(/\p{Cc}/u);
  });

  it('--keep-going judges what is valid, and nothing wider', () => {
    write();
    const run = verify('-o', 'json', '--keep-going');
    expect(run.status).toBe(2);
    const allowed = new Set(reportOf(run).results.flatMap(({ id, verdict }) => (verdict === 'allow' ? [id] : [])));
    const said = (cluster: string): string[] => goodVerdicts.map(([from, to]) => `${from} > ${to}`).filter((pair) => allowed.has(`${cluster} ${pair}`));
    const good = goodVerdicts.filter(([, , is]) => is).map(([from, to]) => `${from} > ${to}`);
    expect(said('good')).toEqual(good);
    for (const [i, { name, fate }] of badManifests.entries()) {
      if (fate === 'closed') expect({ name, wider: said(clusterOf(i)).filter((pair) => !good.includes(pair)) }).toEqual({ name, wider: [] });
      if (fate === 'harmless') expect({ name, said: said(clusterOf(i)) }).toEqual({ name, said: good });
    }
  });
});

describe('one bomb', () => {
  it.each(bombs.map(([name, text]) => ({ name, text })))('$name', ({ text }) => {
    put('in/bomb.yaml', text);
    put('probes.json', '{"probes": []}');
    // What grows beyond this ends the process, and not with exit 2.
    const run = verifyIn(100, '-o', 'json');
    expect([run.status, reportOf(run).errors.length > 0]).toEqual([2, true]);
  });
});

describe('what a terminal would obey', () => {
  const evil = '\u001b[2J\u009b31m\u202e';
  it('is not printed as text', () => {
    put('in/a.yaml', `apiVersion: v1\nkind: Pod\nmetadata: {name: x, labels: {"${'\\u001b[2J\\u009b31m\\u202e'}": y}}`);
    put(`in/${evil}.yaml`, 'a: [');
    put('probes.json', JSON.stringify({ probes: [{ id: evil, from: evil, to: { ip: evil }, port: 1 }] }));
    const run = verify('--keep-going');
    expect(run.status).toBe(2);
    for (const text of [run.stdout, run.stderr]) expect(text.replaceAll(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('is escaped in JSON, and comes back whole', () => {
    put(`in/a.yaml`, 'apiVersion: v1\nkind: Pod\nmetadata: {name: x, namespace: shop}');
    put('probes.json', JSON.stringify({ probes: [{ id: evil, from: 'shop/x', to: 'shop/x', port: 1 }] }));
    const run = verify('-o', 'json');
    expect(run.stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(reportOf(run)).toMatchObject({ errors: [], results: [{ id: evil, verdict: 'allow' }] });
  });
});

describe('what cannot be read', () => {
  beforeEach(() => {
    for (const [name, good] of Object.entries(goodFiles)) put(`in/${name}`, good);
    put('probes.json', JSON.stringify({ probes: [{ id: 'p', from: 'shop/web', to: 'shop/api', port: 80 }] }));
  });

  it.each([
    { name: 'invalid UTF-8', make: () => put('in/x.yaml', Buffer.from([0xff])), code: 'UNREADABLE' },
    { name: 'a link to itself', make: () => symlinkSync('x.yaml', join(folder, 'in/x.yaml')), code: 'UNREADABLE' },
    { name: 'a FIFO', make: () => spawnSync('mkfifo', [join(folder, 'in/x.yaml')]), code: 'UNREADABLE' },
    { name: 'fifty megabytes of noise', make: () => put('in/x.yaml', Buffer.alloc(50_000_000, 'x')), code: 'TOO_LARGE' },
  ])('$name is an error beside the others', ({ make, code }) => {
    make();
    const [stopped, going] = [verify('-o', 'json'), verify('-o', 'json', '--keep-going')];
    expect([stopped.status, going.status]).toEqual([2, 2]);
    expect(reportOf(stopped)).toMatchObject({ results: [], errors: [{ file: join(folder, 'in/x.yaml'), path: '', code }] });
    expect(reportOf(going).results).toMatchObject([{ id: 'p', verdict: 'allow' }]);
  });

  it.each(['', '{', '\0', 'probes: []'])('probes %j: exit 2 and no JSON', (text) => {
    put('probes.json', text);
    const run = verify('-o', 'json');
    expect([run.status, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain('probes.json');
  });
});
