/** A policy directory that somebody damages: what was in force stays or is closed, and after the repair nothing is left of it. */
import { Classifier, judge } from '@firsthop/classifier';
import { badManifests, type ClusterFile, goodFiles, goodVerdicts } from '@firsthop/testkit';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClusterState } from './cluster-state.ts';
import { followDirectory, type Loaded } from './directory-source.ts';
import { Generation } from './generation.ts';
import { OwnPositions } from './positions.ts';

const folder = mkdtempSync(join(tmpdir(), 'firsthop-directory-'));
const directory = join(folder, 'policies');
const state = new ClusterState('local', new OwnPositions(new Generation(join(folder, 'state')), 0));
const stop = new AbortController();
let following: Promise<void> | undefined;

type Look = { readonly loaded: Loaded } | { readonly fault: string };
const looks: Look[] = [];
let arrived = Promise.withResolvers<void>();
const note = (look: Look): void => {
  looks.push(look);
  arrived.resolve();
};
/** The next generation, taken or refused; each change is answered. */
const nextLook = async (): Promise<Look> => {
  for (;;) {
    const look = looks.shift();
    if (look !== undefined) return look;
    await arrived.promise;
    arrived = Promise.withResolvers();
  }
};

const write = (file: ClusterFile, text: string): void => writeFileSync(join(directory, file), text);
const digest = (): string => state.plan('n1')!.revision.digest;

/** `from > to` on port 80, as the kernel's tables have it: by the plan, not by the evaluator. */
const allowed = (): string[] => {
  const plan = state.plan('n1')!;
  const classifier = new Classifier();
  classifier.replace(plan);
  const tables = classifier.tables();
  const endpoint = (name: string) => {
    const workload = [...state.inventory.workloads()].find((one) => one.name === name)!;
    return { group: plan.endpoints.get(workload.endpoints[0]!.id)!.policyGroup, address: workload.endpoints[0]!.addresses[0]! };
  };
  const isAllowed = (from: string, to: string): boolean => {
    const [source, destination] = [endpoint(from), endpoint(to)];
    const egress = judge(tables, { group: source.group, direction: 'egress', address: destination.address, protocol: 6, port: 80 });
    return egress.verdict === 'allow' && judge(tables, { group: destination.group, direction: 'ingress', address: source.address, protocol: 6, port: 80 }).verdict === 'allow';
  };
  return goodVerdicts.filter(([from, to]) => isAllowed(from, to)).map(([from, to]) => `${from} > ${to}`);
};

let before: { readonly digest: string; readonly allowed: readonly string[] };

beforeAll(async () => {
  mkdirSync(directory);
  for (const [file, text] of Object.entries(goodFiles)) write(file as ClusterFile, text);
  following = followDirectory(
    directory,
    {
      onLoaded: (loaded) => {
        const { facts = [], policies = [], tiers = [], groups = [] } = loaded.clusters.get('local') ?? {};
        state.replace('directory', { facts, policies, tiers, groups });
        note({ loaded });
      },
      onFault: (fault) => note({ fault }),
    },
    stop.signal,
  );
  await nextLook();
  before = { digest: digest(), allowed: allowed() };
});
afterAll(async () => {
  stop.abort();
  await following;
  rmSync(folder, { recursive: true, force: true });
});

it('the directory is in force', () => expect(before.allowed).toEqual(goodVerdicts.filter(([, , is]) => is).map(([from, to]) => `${from} > ${to}`)));

describe('a damaged file', () => {
  it.each(badManifests)('$file: $name ($fate)', async ({ file, text, code, fate }) => {
    write(file, text);
    const look = await nextLook();
    if (fate === 'unread') {
      expect(look).toMatchObject({ fault: expect.stringContaining(file) });
      expect(digest()).toBe(before.digest);
    } else {
      expect(look).toMatchObject({ loaded: { errors: expect.arrayContaining([expect.objectContaining({ code })]) } });
      if (fate === 'closed') expect(before.allowed).toEqual(expect.arrayContaining(allowed()));
      if (fate === 'harmless') expect(allowed()).toEqual(before.allowed);
    }
    write(file, goodFiles[file]);
    expect(await nextLook()).toMatchObject({ loaded: { errors: [] } });
    expect(digest()).toBe(before.digest);
  });
});

describe('a damaged folder', () => {
  const extra = (): string => join(directory, 'extra.yaml');
  it.each([
    { name: 'a link to itself', make: () => symlinkSync('extra.yaml', extra()) },
    { name: 'a FIFO', make: () => execFileSync('mkfifo', [extra()]) },
    { name: 'invalid UTF-8', make: () => writeFileSync(extra(), Buffer.from([0xff, 0x61])) },
    { name: 'fifty megabytes', make: () => writeFileSync(extra(), Buffer.alloc(50_000_000, 'x')) },
  ])('$name', async ({ make }) => {
    make();
    expect(await nextLook()).toMatchObject({ fault: expect.stringContaining('extra.yaml') });
    expect(digest()).toBe(before.digest);
    looks.length = 0;
    rmSync(extra());
    let look = await nextLook();
    while ('fault' in look) look = await nextLook();
    expect(look.loaded.errors).toEqual([]);
    expect(digest()).toBe(before.digest);
  });
});

it('an emptied file is a deletion, and its return brings all back', async () => {
  write('network-policy.yaml', '---\n');
  expect(await nextLook()).toMatchObject({ loaded: { errors: [] } });
  expect(allowed()).toContain('other > api');
  write('network-policy.yaml', goodFiles['network-policy.yaml']);
  await nextLook();
  expect(digest()).toBe(before.digest);
});
