/** The rooms L0 to L2 say in a real browser what they say in Node, byte for byte. */
import { cyclonusWorlds } from '@firsthop/testkit';
import { loadManifests, readSources } from '@firsthop/manifest';
import type { World, Worlds } from '@firsthop/policy';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Answers, answers } from './answers.ts';
import { bundle, faultsOf, maxBytes } from './build.ts';
import { hasChromium, inPage, type Served } from './chromium.ts';
import * as engine from './engine.ts';
import { decodePlain, encodePlain } from './plain.ts';

const corpus = 'packages/testkit/fixtures/netpol-analyzer';
const folders = new Set((JSON.parse(readFileSync(`${corpus}/cases.json`, 'utf8')) as { dir: string }[]).map(({ dir }) => `${corpus}/${dir}`));

const loaded = (folder: string): Worlds => new Map([...loadManifests(readSources([folder]).sources).clusters].map(([name, { world }]): [string, World] => [name, world]));

const subjects: readonly { readonly name: string; readonly worlds: Worlds }[] = [
  { name: 'examples/shop', worlds: loaded('examples/shop') },
  ...[...folders].slice(0, 10).map((folder) => ({ name: folder, worlds: loaded(folder) })),
  ...cyclonusWorlds().slice(0, 5).map((world, i) => ({ name: `cyclonus ${i}`, worlds: new Map([[world.cluster, world]]) })),
];

const html = `<!doctype html><title>engine</title><script type="module">
import * as engine from '/firsthop.js';
import { answersIn } from '/answers.js';
globalThis.ask = (text, drop) => answersIn(engine, text, drop);
</script>`;

describe('the engine in the browser', () => {
  const files = new Map<string, Served>([['/', { type: 'text/html', body: html }]]);
  beforeAll(async () => {
    for (const [path, name] of [['/firsthop.js', 'engine.ts'], ['/answers.js', 'page-answers.ts']] as const) files.set(path, { type: 'text/javascript', body: await bundle(name) });
  });

  it(`is one module of at most ${maxBytes} bytes, with nothing of Node in it`, () => {
    expect(faultsOf(files.get('/firsthop.js')?.body ?? '')).toEqual([]);
    expect(faultsOf('import { x } from "node:fs"; process.exit()')).toHaveLength(2);
  });

  it('worlds survive the way as text', () => {
    for (const { worlds } of subjects) expect(decodePlain(encodePlain(worlds))).toEqual(worlds);
    expect(() => encodePlain({ '@': 1 })).toThrow();
  });

  const ask = (page: Page, worlds: Worlds, drop: boolean): Promise<Answers> => page.evaluate(`ask(${JSON.stringify(encodePlain(worlds))}, ${drop})`);

  it.skipIf(!hasChromium)(`answers as Node does about ${subjects.length} sets of manifests, and a policy that the page loses is noticed`, async () => {
    let [lines, probes, noticed] = [0, 0, 0];
    await inPage(files, async (page) => {
      await page.waitForFunction('typeof ask === "function"');
      for (const { name, worlds } of subjects) {
        const here = answers(engine, worlds);
        const there = await ask(page, worlds, false);
        expect(there.text, name).toBe(here.text);
        if ((await ask(page, worlds, true)).text !== here.text) noticed++;
        lines += there.lines;
        probes += there.probes;
      }
    });
    // A few sets have no policy, or one that changes nothing.
    expect(noticed).toBeGreaterThanOrEqual(12);
    expect(Math.min(lines, probes)).toBeGreaterThan(1000);
  });
});
