/** Which interface an endpoint hangs on, and the plain words where that cannot be proved. */
import { type Address, parseAddress } from '@firsthop/netaddr';
import type { PlanEndpoint, PolicyGroupId } from '@firsthop/plan';
import { describe, expect, it } from 'vitest';
import { bindEndpoints } from './bind-endpoints.ts';
import type { HostLinks } from './host-links.ts';

const address = (text: string): Address => {
  const parsed = parseAddress(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
};
const host: HostLinks = {
  links: new Map([
    ['cali1', { name: 'cali1', isUp: true }],
    ['cali2', { name: 'cali2', isUp: false }],
    ['br0', { name: 'br0', isUp: true }],
    ['tap0', { name: 'tap0', isUp: true, master: 'br0' }],
    ['tap1', { name: 'tap1', isUp: true }],
  ]),
  direct: new Map([[address('10.0.0.1'), 'cali1'], [address('fd00::1'), 'cali1'], [address('10.0.0.2'), 'cali2'], [address('10.0.0.3'), 'cali1']]),
  bridgeNetfilter: { 4: true, 6: false },
};
const endpoint = (kind: 'pod' | 'vm', addresses: readonly string[], more: Partial<PlanEndpoint> = {}): PlanEndpoint => ({ id: 'e', kind, workload: 'shop/x', addresses: addresses.map(address), allowedAddresses: [], policyGroup: '0' as PolicyGroupId, ...more });
const mac = '0a:00:00:00:00:01';

describe('bound', () => {
  it.each([
    { name: 'a pod, by the route to its address', one: endpoint('pod', ['10.0.0.1']), via: { kind: 'routed', device: 'cali1' } },
    { name: 'a pod with two addresses on one device', one: endpoint('pod', ['10.0.0.1', 'fd00::1']), via: { kind: 'routed', device: 'cali1' } },
    { name: 'a machine, by its port', one: endpoint('vm', ['10.0.1.1'], { device: 'tap0', mac }), via: { kind: 'bridged', bridge: 'br0', port: 'tap0' } },
  ])('$name', ({ one, via }) => {
    expect(bindEndpoints(host, [one])).toEqual({ bindings: [{ endpoint: 'e', via }], unbound: [] });
  });
});

describe('not bound, and why', () => {
  it.each([
    { name: 'a pod without a route', one: endpoint('pod', ['10.0.9.9']), why: /no host route leads to 10\.0\.9\.9/ },
    { name: 'a pod whose addresses lead to different devices', one: endpoint('pod', ['10.0.0.1', '10.0.0.2']), why: /lead to cali1 and cali2/ },
    { name: 'a pod with one address that leads nowhere', one: endpoint('pod', ['10.0.0.1', 'fd00::9']), why: /lead to cali1 and nowhere/ },
    { name: 'a pod whose device is down', one: endpoint('pod', ['10.0.0.2']), why: /cali2 is down/ },
    { name: 'a machine without a device', one: endpoint('vm', ['10.0.1.1'], { mac }), why: /set spec\.interfaces\[\]\.device/ },
    { name: 'a machine without a MAC address', one: endpoint('vm', ['10.0.1.1'], { device: 'tap0' }), why: /set spec\.interfaces\[\]\.mac/ },
    { name: 'a machine whose device is not there', one: endpoint('vm', ['10.0.1.1'], { device: 'tap9', mac }), why: /no interface tap9/ },
    { name: 'a machine whose device is no port', one: endpoint('vm', ['10.0.1.1'], { device: 'tap1', mac }), why: /no port of a bridge/ },
    { name: 'a machine of a family that the hooks do not see', one: endpoint('vm', ['10.0.1.1', 'fd00::5'], { device: 'tap0', mac }), why: /bridge-nf-call-ip6tables/ },
  ])('$name', ({ one, why }) => {
    const { bindings, unbound } = bindEndpoints(host, [one]);
    expect(bindings).toEqual([]);
    expect(unbound[0]?.reason).toMatch(why);
  });

  it('does not keep others from being bound', () => {
    const { bindings, unbound } = bindEndpoints(host, [endpoint('pod', ['10.0.9.9'], { id: 'lost' }), endpoint('pod', ['10.0.0.1'], { id: 'found' })]);
    expect([bindings.map((one) => one.endpoint), unbound.map((one) => one.endpoint)]).toEqual([['found'], ['lost']]);
  });
});
