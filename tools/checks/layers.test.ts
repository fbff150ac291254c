import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkLayers } from './layers.ts';

describe('the layer check catches what it is for', () => {
  let tree: string;
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  };
  beforeEach(() => {
    tree = mkdtempSync(join(tmpdir(), 'firsthop-layers-'));
    write('packages/base/src/index.ts', 'export const a = 1;\n');
    write('packages/netaddr/src/index.ts', "export { a } from '../../base/src/index.ts';\n");
    write('packages/policy/src/index.ts', "export { b } from './inner.ts';\n");
    write('packages/policy/src/inner.ts', 'export const b = 1;\n');
  });
  afterEach(() => rmSync(tree, { recursive: true }));

  it('passes a clean tree, and looked at it', async () => {
    expect(await checkLayers(['packages'], tree)).toEqual({ modules: 4, violations: [] });
  });

  it.each([
    { name: 'a door that does not exist', path: 'packages/netaddr/src/extra.ts', text: "export { b } from '../../policy/src/index.ts';\n", rule: 'door-netaddr' },
    { name: 'entering by a window', path: 'packages/compiler/src/index.ts', text: "export { b } from '../../policy/src/inner.ts';\n", rule: 'front-door' },
    { name: 'a circle', path: 'packages/policy/src/inner.ts', text: "import { b as c } from './index.ts';\nexport const b = 1;\nexport const d = () => c;\n", rule: 'no-circle' },
    { name: 'an import of nothing', path: 'packages/base/src/extra.ts', text: "export { x } from './gone.ts';\n", rule: 'unresolved' },
  ])('$name', async ({ path, text, rule }) => {
    write(path, text);
    const { violations } = await checkLayers(['packages'], tree);
    expect(violations.map((violation) => violation.split(':')[0])).toContain(rule);
  });

  it('reports zero modules where there is nothing to see', async () => {
    mkdirSync(join(tree, 'empty'));
    expect((await checkLayers(['empty'], tree)).modules).toBe(0);
  });
});
