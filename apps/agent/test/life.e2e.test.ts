/** An agent that starts after a reboot, one whose files are damaged, what `check` says, and what `uninstall` leaves. No manager is reachable. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PlanStore } from '../src/plan-store.ts';
import { onlyFrom, runName, StandingAgent } from './standing-agent.ts';

const node = new StandingAgent(runName('a'), ['web', 'db', 'job', 'unknown']);
const planFile = (): string => join(node.stateDir, 'plan.json');
const asks = (): Promise<string[]> => Promise.all([node.ask('web', 'db'), node.ask('job', 'db'), node.ask('db', 'job'), node.ask('unknown', 'job')]);
const open = ['allow', 'allow', 'allow', 'allow'];
const enforced = ['allow', 'drop', 'allow', 'drop'];
const closed = ['drop', 'drop', 'drop', 'drop'];

/** As after a reboot: nothing in the kernel, and this on the disk. */
const reboot = async (): Promise<void> => {
  await node.stop('SIGKILL');
  node.nft('flush', 'ruleset');
  rmSync(node.stateDir, { recursive: true, force: true });
  mkdirSync(node.stateDir);
  expect(new PlanStore(node.stateDir, 'n').save(node.plan(7, [onlyFrom('web', 'db')], ['unknown'])).ok).toBe(true);
};

beforeAll(() => node.build());
afterAll(() => node.remove());
afterEach(() => node.stop('SIGKILL'));

describe('after a reboot, before any contact', () => {
  it('the plan on disk is in force; what it does not name is closed', async () => {
    await reboot();
    expect(await asks()).toEqual(open);
    const took = await node.start();
    console.log(`in force ${took.toFixed(0)} ms after the start of the process`);
    expect(await asks()).toEqual(enforced);
    expect((await node.status())?.realized).toMatchObject({ kernel: expect.any(String) as string });
    expect(node.log).not.toContain('"connected to');
  });

  it.each([
    { name: 'bits flipped', damage: () => writeFileSync(planFile(), readFileSync(planFile(), 'utf8').replace('"web"', '"job"').replace('app/', 'apq/')), says: 'checksum is wrong' },
    { name: 'cut short', damage: () => writeFileSync(planFile(), readFileSync(planFile()).subarray(0, 300)), says: 'checksum is wrong' },
    { name: 'of zeros', damage: () => writeFileSync(planFile(), Buffer.alloc(5000)), says: 'checksum is wrong' },
    { name: 'gone', damage: () => rmSync(planFile()), says: 'there is no plan' },
    { name: 'not to be read', damage: () => (rmSync(planFile()), mkdirSync(planFile())), says: 'it cannot be read' },
    {
      name: 'older than what was accepted',
      damage: () => {
        const older = readFileSync(planFile());
        new PlanStore(node.stateDir, 'n').save(node.plan(8, [], []));
        writeFileSync(planFile(), older);
      },
      says: 'a newer one was accepted already',
    },
  ])('with a plan on disk that is $name, all that is ours is closed, and the agent lives and says why', async ({ damage, says }) => {
    await reboot();
    damage();
    await node.start();
    expect(await asks()).toEqual(closed);
    expect(node.log).toContain(says);
    expect((await node.status())?.revision).toBeUndefined();
    expect(node.command('check')).toMatchObject({ code: 1, out: expect.stringContaining('there is no plan on disk') as string });
  });

  it('only the agent was ended and its file is damaged: the kernel keeps what it holds', async () => {
    await reboot();
    await node.start();
    await node.stop('SIGKILL');
    writeFileSync(planFile(), 'nothing');
    const before = node.nft('-s', 'list', 'ruleset');
    // Nothing is realized, so nobody can wait for that.
    await expect(node.start()).rejects.toThrow('the kernel keeps what it holds');
    expect(await asks()).toEqual(enforced);
    expect(node.nft('-s', 'list', 'ruleset')).toBe(before);
  });
});

describe('check', () => {
  it.each(['auto', 'chains'])('says whether the kernel holds what the disk says, in %s', async (encoding) => {
    process.env['FIRSTHOP_ENCODING'] = encoding;
    try {
      await reboot();
      expect(node.command('check')).toMatchObject({ code: 3, out: expect.stringContaining('table inet firsthop: is missing') as string });
      await node.start();
      expect(node.command('check')).toMatchObject({ code: 0, out: expect.stringMatching(/^the kernel is equal to plan [0-9a-f]{12} on disk: [0-9a-f]{64}\n$/) as string });
      await node.stop();
      expect(node.command('check').code).toBe(0);
      const change = (text: string): void => void node.nft(...text.split(' '));
      change('add rule inet firsthop h_fwd accept');
      change('add chain inet firsthop stranger');
      const { code, out } = node.command('check');
      expect(code).toBe(3);
      expect(out).toContain('chain inet h_fwd: rule');
      expect(out).toContain('is not ours: accept');
      expect(out).toContain('chain inet stranger: is not ours');
      change(`flush map inet firsthop ${node.nft('list', 'maps', 'inet').includes('group_to_if') ? 'group_to_if' : 'to_if'}`);
      const json = JSON.parse(node.command('check', '-o', 'json').out) as { result: string; desired: string; actual: string; differences: { where: string; what: string }[] };
      expect(json.result).toBe('different');
      expect(json.desired).not.toBe(json.actual);
      expect(json.differences.filter(({ what }) => what.endsWith('is missing'))).toHaveLength(3);
      expect(node.command('check', '-o', 'yaml').code).toBe(2);
      // An agent that comes back puts all of it right.
      await node.start();
      expect(node.command('check').code).toBe(0);
    } finally {
      delete process.env['FIRSTHOP_ENCODING'];
    }
  });
});

describe('uninstall', () => {
  it('refuses while an agent runs; after that leaves nothing of ours, and all that is not', async () => {
    await reboot();
    node.nft('add', 'table', 'inet', 'stranger');
    await node.start();
    expect(node.command('uninstall')).toMatchObject({ code: 1, out: expect.stringContaining('an agent runs here') as string });
    expect(await asks()).toEqual(enforced);
    await node.stop('SIGKILL');
    const { code, out } = node.command('uninstall');
    expect([code, out]).toEqual([0, expect.stringContaining('removed kernel table inet firsthop') as string]);
    expect(node.nft('list', 'tables').trim()).toBe('table inet stranger');
    expect([existsSync(node.stateDir), existsSync(node.socket)]).toEqual([false, false]);
    expect(readdirSync(node.folder).sort()).toEqual(['agent.yaml', 'ca', 'cert', 'key', 'log']);
    expect(await asks()).toEqual(open);
    expect(node.command('uninstall')).toMatchObject({ code: 0, out: 'there was nothing of ours\n' });
  });

  it('--force does it although an agent answers, and what is not ours in its folder stays', async () => {
    await reboot();
    await node.start();
    writeFileSync(join(node.stateDir, 'notes'), 'of somebody else');
    expect(node.command('uninstall', '--force').code).toBe(0);
    expect(readdirSync(node.stateDir)).toEqual(['notes']);
  });
});
