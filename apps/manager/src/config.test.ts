import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readConfig } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'firsthop-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (settings: object): ReturnType<typeof readConfig> => {
  const file = join(folder, 'manager.yaml');
  writeFileSync(file, JSON.stringify({ cluster: 'c', listen: { port: 0 }, tls: { ca: 'ca', cert: 'cert', key: 'key' }, stateDir: folder, ...settings }));
  return readConfig(file, {});
};

it('takes a directory or an API server, and not both', () => {
  expect(read({ directory: '/policies' }).directory).toBe('/policies');
  expect(read({ kubernetes: {} }).kubernetes).toEqual({});
  for (const neither of [{}, { directory: '/policies', kubernetes: {} }]) expect(() => read(neither)).toThrow('say one of directory and kubernetes');
});

it('says where a setting is wrong', () => {
  expect(() => read({ kubernetes: { kubeconfg: 'x' } })).toThrow('kubernetes: Unrecognized key: "kubeconfg"');
  expect(() => read({ kubernetes: {}, replicas: { folder: '/shared' } })).toThrow('replicas: replicas read a directory');
});
