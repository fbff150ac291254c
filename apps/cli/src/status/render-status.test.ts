import { expect, it } from 'vitest';
import { policyState } from './render-status.ts';

const policy = { cluster: 'c', kind: 'NetworkPolicy', name: 'p', nodes: ['n1'], waiting: [] };

it.each([
  { name: 'nothing near', quotas: undefined, state: 'in force on 1 of 1 nodes' },
  { name: 'near', quotas: [{ quota: 'selectorsPerRule', used: 4000, most: 4000 }], state: 'in force on 1 of 1 nodes; NearLimit(selectorsPerRule: 4000 of 4000)' },
  { name: 'over', quotas: [{ quota: 'selectorsPerRule', used: 4001, most: 4000 }], state: 'in force on 1 of 1 nodes; OverLimit(selectorsPerRule: 4001 of 4000)' },
])('quotas: $name', ({ quotas, state }) => expect(policyState({ ...policy, ...(quotas === undefined ? {} : { quotas }) })).toBe(state));
