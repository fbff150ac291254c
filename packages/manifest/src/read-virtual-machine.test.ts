/** Hardware addresses that a machine's interface may use beside its own. */
import { expect, it } from 'vitest';
import { loadManifests } from './index.ts';

const load = (allowedMacs: unknown) => {
  const machine = { apiVersion: 'firsthop.dev/v1alpha1', kind: 'VirtualMachine', metadata: { name: 'router', namespace: 'ops' }, spec: { interfaces: [{ name: 'nic0', mac: '52:54:00:12:34:56', addresses: ['10.9.0.5'], allowedAddresses: ['10.9.0.1/32'], allowedMacs }] } };
  const { clusters, errors } = loadManifests([{ file: 'o.json', text: JSON.stringify(machine) }]);
  return { lent: [...clusters.values()].flatMap(({ world }) => world.workloads.filter(({ kind }) => kind === 'vm').map(({ endpoints }) => endpoints[0]?.allowedMacs)), errors: errors.map(({ path }) => path) };
};

it.each([
  { name: 'none', allowedMacs: undefined, lent: [undefined], errors: [] },
  { name: 'an empty list', allowedMacs: [], lent: [undefined], errors: [] },
  { name: 'those of virtual routers, as nft writes them', allowedMacs: ['00:00:5E:00:01:07', '00:00:5e:00:02:07'], lent: [['00:00:5e:00:01:07', '00:00:5e:00:02:07']], errors: [] },
])('$name', ({ allowedMacs, lent, errors }) => expect(load(allowedMacs)).toEqual({ lent, errors }));

it.each([
  { name: 'everybody', allowedMacs: ['ff:ff:ff:ff:ff:ff'] },
  { name: 'a group of receivers', allowedMacs: ['01:00:5e:00:00:12'] },
  { name: 'no address at all', allowedMacs: [''] },
  { name: 'nothing', allowedMacs: [null] },
  { name: 'what nft would read as more', allowedMacs: ['00:00:5e:00:01:07 } accept'] },
])('$name is refused, and the machine has no right to it', ({ allowedMacs }) => {
  const { lent, errors } = load(allowedMacs);
  expect(errors).toEqual(['spec.interfaces[0].allowedMacs[0]']);
  expect(lent.flat().filter((one) => one !== undefined)).toEqual([]);
});
