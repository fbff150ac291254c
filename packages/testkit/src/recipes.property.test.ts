/**
 * The recipes that people copy (fixtures/recipes): they load without a fault, and mean what their text says. The verdicts are written by hand
 * from that text; the corpus has none.
 */
import { loadManifests } from '@firsthop/manifest';
import { type Address, parseAddress, protocolNumbers } from '@firsthop/netaddr';
import type { World } from '@firsthop/policy';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { byEvaluator, byTables, isPassed } from './index.ts';

interface Recipe {
  readonly recipe: string;
  readonly policies: readonly unknown[];
}

const recipes = (JSON.parse(readFileSync(new URL('../fixtures/recipes/recipes.json', import.meta.url), 'utf8')) as { readonly cases: readonly Recipe[] }).cases;

const pods: Readonly<Record<string, Record<string, string>>> = {
  'default/web': { app: 'web' },
  'default/nobody': {},
  'default/foo': { app: 'foo' },
  'default/other': { app: 'other' },
  'default/monitor': { role: 'monitoring', type: 'monitoring' },
  'default/apiserver': { app: 'apiserver' },
  'default/book-api': { app: 'bookstore', role: 'api' },
  'default/book-front': { app: 'bookstore', role: 'frontend' },
  'default/book-search': { app: 'bookstore', role: 'search' },
  'default/book-db': { app: 'bookstore', role: 'db' },
  'default/stock-web': { app: 'inventory', role: 'web' },
  'dev/nobody': {},
  'prod/nobody': {},
  'ops/nobody': {},
  'ops/monitor': { type: 'monitoring' },
  'kube-system/dns': { 'k8s-app': 'kube-dns' },
};
const namespaces: Readonly<Record<string, Record<string, string>>> = { dev: { purpose: 'development' }, prod: { purpose: 'production' }, ops: { team: 'operations' } };

const objects = [
  ...Object.entries(namespaces).map(([name, labels]) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })),
  ...Object.entries(pods).map(([id, labels]) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace: id.split('/')[0], name: id.split('/')[1], labels } })),
];

const worldOf = (policies: readonly unknown[]): World => {
  const { clusters, errors, warnings } = loadManifests([{ file: 'recipe.json', text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...objects, ...policies] }) }]);
  expect([errors, warnings]).toEqual([[], []]);
  return clusters.get('local')!.world;
};

const addressOf = ({ workloads }: World, party: string): Address => {
  if (party.includes('/')) return workloads.find(({ namespace, name }) => `${namespace}/${name}` === party)!.endpoints[0]!.addresses[0]!;
  const read = parseAddress(party);
  if (!read.ok) throw new Error(read.error);
  return read.value;
};

const outside = '203.0.113.9';

/** `allowed` and `denied`: `from > to port`; UDP where it says so. `nth`: which of the recipe's policies, where a later one replaces an earlier. */
const meanings: readonly { readonly recipe: string; readonly nth?: number; readonly allowed: readonly string[]; readonly denied: readonly string[] }[] = [
  { recipe: '00', allowed: ['default/nobody > default/web 80', `${outside} > default/web 80`], denied: [] },
  { recipe: '01', allowed: ['default/web > default/nobody 80', 'default/nobody > default/foo 80'], denied: ['default/nobody > default/web 80', 'dev/nobody > default/web 80', `${outside} > default/web 80`] },
  { recipe: '02-', allowed: ['default/book-front > default/book-api 80', 'default/nobody > default/book-db 80'], denied: ['default/nobody > default/book-api 80', 'dev/nobody > default/book-api 80'] },
  { recipe: '02a', allowed: ['default/nobody > default/web 80', 'dev/nobody > default/web 1', `${outside} > default/web 65535`], denied: [] },
  { recipe: '03', allowed: ['default/web > dev/nobody 80', 'dev/nobody > prod/nobody 80'], denied: ['default/nobody > default/web 80', 'dev/nobody > default/foo 80', `${outside} > default/web 80`] },
  { recipe: '04', allowed: ['default/nobody > default/web 80', 'dev/nobody > prod/nobody 80'], denied: ['dev/nobody > default/web 80', `${outside} > default/web 80`] },
  { recipe: '05', allowed: ['dev/nobody > default/web 80', 'default/nobody > default/web 80'], denied: [`${outside} > default/web 80`] },
  { recipe: '06', allowed: ['prod/nobody > default/web 80'], denied: ['dev/nobody > default/web 80', 'default/nobody > default/web 80', `${outside} > default/web 80`] },
  { recipe: '07', allowed: ['ops/monitor > default/web 80'], denied: ['ops/nobody > default/web 80', 'default/monitor > default/web 80', 'default/nobody > default/web 80'] },
  { recipe: '08', allowed: [`${outside} > default/web 80`, 'dev/nobody > default/web 80'], denied: [] },
  { recipe: '09', allowed: ['default/monitor > default/apiserver 5000'], denied: ['default/monitor > default/apiserver 8001', 'default/monitor > default/apiserver UDP 5000', 'default/nobody > default/apiserver 5000', 'default/nobody > default/apiserver 8001'] },
  { recipe: '10', allowed: ['default/stock-web > default/book-db 6379', 'default/book-search > default/book-db 6379', 'default/book-api > default/book-db 6379'], denied: ['default/other > default/book-db 6379', 'default/book-front > default/book-db 6379', 'dev/nobody > default/book-db 6379'] },
  { recipe: '11', nth: 0, allowed: ['default/web > default/foo 80', 'default/nobody > default/web 80'], denied: ['default/foo > default/web 80', `default/foo > ${outside} 80`, 'default/foo > kube-system/dns UDP 53'] },
  { recipe: '11', nth: 1, allowed: ['default/foo > kube-system/dns UDP 53', 'default/foo > kube-system/dns 53'], denied: ['default/foo > default/web 80', `default/foo > ${outside} 53`, 'default/foo > kube-system/dns 80'] },
  { recipe: '12', allowed: ['dev/nobody > default/web 80', `${outside} > default/web 80`, 'dev/nobody > prod/nobody 80'], denied: ['default/web > default/nobody 80', 'default/web > dev/nobody 80', `default/nobody > ${outside} 443`] },
  { recipe: '14', allowed: ['default/foo > kube-system/dns UDP 53', 'default/foo > kube-system/dns 53', `default/web > ${outside} 80`], denied: [`default/foo > ${outside} 80`, 'default/foo > kube-system/dns UDP 54'] },
];

const ofRecipe = (start: string): Recipe => recipes.find(({ recipe }) => recipe.startsWith(start))!;

it('every policy of every recipe has a meaning here', () => {
  expect(recipes.flatMap(({ policies }) => policies)).toHaveLength(15);
  expect(meanings.flatMap(({ recipe, nth }) => (nth === undefined ? ofRecipe(recipe).policies : [ofRecipe(recipe).policies[nth]]))).toHaveLength(15);
});

describe.each([
  { by: 'evaluator', judge: byEvaluator },
  { by: 'compiler and classifier', judge: byTables },
])('recipes, $by', ({ judge }) => {
  it.each(meanings)('$recipe', ({ recipe, nth, allowed, denied }) => {
    const { policies } = ofRecipe(recipe);
    const world = worldOf(nth === undefined ? policies : [policies[nth]]);
    const ask = judge(world);
    const passes = (text: string): boolean => {
      const [, from = '', to = '', udp, port] = /^(\S+) > (\S+) (UDP )?(\d+)$/.exec(text) ?? [];
      return isPassed(ask({ source: addressOf(world, from), destination: addressOf(world, to), protocol: udp === undefined ? protocolNumbers.TCP : protocolNumbers.UDP, port: Number(port) }));
    };
    expect([allowed.filter((one) => !passes(one)), denied.filter(passes)]).toEqual([[], []]);
  });
});
