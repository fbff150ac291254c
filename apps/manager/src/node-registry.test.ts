/** In step is what an agent said on its present connection, of the plan that is wanted now, read back from its kernel. */
import { emptyPlan } from '@firsthop/plan';
import { expect, it } from 'vitest';
import { NodeRegistry } from './node-registry.ts';

const { digest } = emptyPlan('n1').revision;
const endpoints = [{ id: 'e', workload: 'shop/web', state: 'Enforced' as const }];
const ack = { type: 'ack' as const, digest, kernel: 'k', endpoints: { isWhole: true, put: endpoints, gone: [] } };

it.each([
  { name: 'reported', reports: [ack], connected: true, inSync: true },
  { name: 'never heard', reports: [], connected: true, inSync: false },
  { name: 'not connected', reports: [ack], connected: false, inSync: false },
  { name: 'of another plan', reports: [{ ...ack, digest: '0'.repeat(64) }], connected: true, inSync: false },
  { name: 'not read back', reports: [{ type: 'ack' as const, digest, endpoints: ack.endpoints }], connected: true, inSync: false },
  { name: 'failed', reports: [{ ...ack, error: 'no room' }], connected: true, inSync: false },
  { name: 'failed, then done', reports: [{ ...ack, error: 'no room' }, ack], connected: true, inSync: true },
])('$name', ({ reports, connected, inSync }) => {
  const registry = new NodeRegistry();
  registry.connectionChanged('n1');
  for (const report of reports) registry.report('n1', report);
  expect(registry.status('n1', digest, connected).inSync).toBe(inSync);
});

it('what was said on an earlier connection counts no more, though its endpoints are still shown', () => {
  const registry = new NodeRegistry();
  registry.report('n1', ack);
  registry.connectionChanged('n1');
  expect(registry.status('n1', digest, true)).toMatchObject({ inSync: false, endpoints });
  registry.report('n1', ack);
  expect(registry.status('n1', digest, true).inSync).toBe(true);
});

it('what an agent does not say again of its endpoints stays, until it says all', () => {
  const registry = new NodeRegistry();
  registry.report('n1', ack);
  const db = { id: 'd', workload: 'shop/db', state: 'NotEnforced' as const, reason: 'not here' };
  registry.report('n1', { type: 'ack', digest, endpoints: { isWhole: false, put: [db], gone: [] } });
  registry.report('n1', { type: 'ack', digest });
  expect(registry.status('n1', digest, true).endpoints).toEqual([...endpoints, db]);
  registry.report('n1', { type: 'ack', digest, endpoints: { isWhole: false, put: [], gone: ['e'] } });
  expect(registry.status('n1', digest, true).endpoints).toEqual([db]);
  registry.report('n1', ack);
  expect(registry.status('n1', digest, true).endpoints).toEqual(endpoints);
});
