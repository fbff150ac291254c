/** A lab that is kept: up, status, what status says when something dies, down; and nothing left in any case. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type LabRecord, standingLabs } from '../src/lab/lab-record.ts';

// Labs of its own, whatever else stands on this machine.
const folder = mkdtempSync(join(tmpdir(), 'firsthop-kept-'));
const firsthop = (...args: string[]): { code: number | null; out: string; words: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['apps/cli/src/main.ts', ...args], { encoding: 'utf8', env: { ...process.env, TMPDIR: folder } });
  return { code: status, out: stdout, words: stderr };
};
const held = (): LabRecord => {
  const [lab] = standingLabs(folder);
  if (lab === undefined) throw new Error('no lab stands');
  runs.add(lab.run);
  return lab;
};
const runs = new Set<string>();
const namespaces = (): string[] => (existsSync('/run/netns') ? readdirSync('/run/netns') : []).filter((name) => runs.has(name.split('-')[1] ?? ''));
/** Managers, agents and reapers name the folder, holders have it for their own. */
const processes = (): string[] => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && (commandOf(pid).includes(folder) || environmentOf(pid).includes(`TMPDIR=${folder}`))).map(commandOf);
const environmentOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
};
const commandOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
};
const leftovers = (): string[] => [...namespaces(), ...processes(), ...readdirSync(folder)];
/** The process of a manager or agent of this lab, by its settings file. */
const pidOf = (name: string): number => Number(readdirSync('/proc').find((pid) => /^\d+$/.test(pid) && commandOf(pid).includes(join(held().folder, `${name}.yaml`)))) || 0;

afterEach(() => void firsthop('lab', 'down'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(['linux', 'simulated'])('on the %s kernel', (kernel) => {
  it('up returns when all is realized; status says so; down leaves nothing', () => {
    const up = firsthop('lab', 'up', '-f', 'examples/shop', '--kernel', kernel);
    expect(up).toMatchObject({ code: 0, out: expect.stringContaining('all policies realized') });
    expect(firsthop('lab', 'up', '-f', 'examples/shop', '--kernel', kernel)).toMatchObject({ code: 1, words: expect.stringContaining('is up already') });

    const said = firsthop('status', '-o', 'json');
    expect(said.code).toBe(0);
    const { clusters } = JSON.parse(said.out) as { clusters: { cluster: string; policies: { name: string; nodes: string[]; waiting: string[] }[]; nodes: { node: string; inSync: boolean }[]; peers: { connected: boolean }[] }[] };
    expect(clusters.map(({ cluster }) => cluster)).toEqual(['east', 'west']);
    expect(clusters.flatMap(({ nodes }) => nodes.map(({ node, inSync }) => `${node} ${inSync}`))).toEqual(['east-1 true', 'east-2 true', 'west-1 true']);
    expect(clusters.flatMap(({ peers }) => peers.map(({ connected }) => connected))).toEqual([true, true]);
    // A policy of the cluster set is in force in both.
    expect(clusters.map(({ policies }) => policies.find(({ name }) => name === 'pay-only-from-api')?.nodes)).toEqual([['east-2'], ['west-1']]);
    expect(firsthop('lab', 'status').out).toContain(`lab ${held().run}: ${kernel} kernel`);

    expect(firsthop('lab', 'down')).toMatchObject({ code: 0, out: expect.stringContaining('removed') });
    expect(leftovers()).toEqual([]);
    expect(firsthop('lab', 'status')).toMatchObject({ code: 0, out: 'no lab is standing\n' });
    expect(firsthop('status')).toMatchObject({ code: 2, words: expect.stringContaining('--server') });
  });

  it('status names an agent that is gone (1) and a manager that does not answer (4)', async () => {
    firsthop('lab', 'up', '-f', 'examples/shop', '--kernel', kernel);
    process.kill(pidOf('agent-east-east-2'), 'SIGKILL');
    let said = firsthop('status');
    for (let i = 0; i < 20 && said.code === 0; i++) said = firsthop('status');
    expect(said).toMatchObject({ code: 1, out: expect.stringMatching(/east-2 .*not connected; its kernel goes on/) });
    process.kill(pidOf('manager-west'), 'SIGKILL');
    said = firsthop('status');
    expect(said).toMatchObject({ code: 4, out: expect.stringContaining('cluster east'), words: expect.stringMatching(/no answer from cluster west.*ECONNREFUSED/) });
    await delay(0);
  });

  it('a holder that is killed leaves nothing either', async () => {
    firsthop('lab', 'up', '-f', 'examples/shop', '--kernel', kernel);
    process.kill(held().pid, 'SIGKILL');
    for (let i = 0; i < 100 && leftovers().length > 0; i++) await delay(100);
    expect(leftovers()).toEqual([]);
  });
});

it('manifests that cannot be read start nothing', () => {
  expect(firsthop('lab', 'up', '-f', 'package.json').code).toBe(2);
  expect(firsthop('lab', 'up', '-f', 'no/such/folder').code).toBe(2);
  expect(leftovers()).toEqual([]);
});
