import { type IngressRoute, type Service, type Workload, workloadId } from '@firsthop/inventory';
import type { World } from '@firsthop/policy';
import { describe, expect, it } from 'vitest';
import { ingressTargets } from './index.ts';

const pod = (name: string, app: string, ports: Workload['ports'], declaredPorts: readonly number[], namespace = 'shop'): Workload => ({ id: workloadId('local', name), kind: 'pod', cluster: 'local', namespace, name, labels: new Map([['app', app]]), hostNetwork: false, ports, declaredPorts, endpoints: [] });
const service = (name: string, app: string, ports: Service['ports']): Service => ({ cluster: 'local', namespace: 'shop', name, selector: { requirements: [{ key: 'app', operator: 'In', values: [app] }] }, ports });
const world = (backends: IngressRoute['backends'], ...more: IngressRoute[]): World => ({
  cluster: 'local',
  workloads: [pod('web-0', 'web', [{ name: 'http', protocol: 'TCP', number: 8080 }], [8080, 9090]), pod('web-1', 'web', [{ name: 'http', protocol: 'TCP', number: 8081 }], [8081]), pod('elsewhere', 'web', [], [8080], 'other')],
  namespaces: [],
  nodes: [],
  services: [service('web', 'web', [{ name: 'main', protocol: 'TCP', port: 80, targetPort: 'http' }, { name: 'admin', protocol: 'TCP', port: 90, targetPort: 9090 }, { name: 'dns', protocol: 'UDP', port: 53, targetPort: 53 }])],
  policies: [],
  tiers: [],
  groups: [],
  clusterPeers: [],
  ingresses: [{ cluster: 'local', namespace: 'shop', name: 'front', kind: 'Ingress', backends }, ...more],
});
const targets = (...args: Parameters<typeof world>): string[] => ingressTargets(world(...args)).map(({ workloadId: id, ports, because }) => `${id} ${ports.join(',')} ${because.join(',')}`);

describe('ingress targets', () => {
  it.each([
    { name: 'a port by number leads to the name at each pod', backends: [{ service: 'web', port: 80 }], found: ['local/web-0 8080 Ingress shop/front', 'local/web-1 8081 Ingress shop/front'] },
    { name: 'a port by name', backends: [{ service: 'web', port: 'main' }], found: ['local/web-0 8080 Ingress shop/front', 'local/web-1 8081 Ingress shop/front'] },
    { name: 'a port by the name behind it', backends: [{ service: 'web', port: 'http' }], found: ['local/web-0 8080 Ingress shop/front', 'local/web-1 8081 Ingress shop/front'] },
    { name: 'every port, where it is declared', backends: [{ service: 'web' }], found: ['local/web-0 8080,9090 Ingress shop/front', 'local/web-1 8081 Ingress shop/front'] },
    { name: 'a port that only one pod declares', backends: [{ service: 'web', port: 90 }], found: ['local/web-0 9090 Ingress shop/front'] },
    { name: 'a Service that is not there', backends: [{ service: 'gone' }], found: [] },
    { name: 'UDP', backends: [{ service: 'web', port: 53 }], found: [] },
  ])('$name', ({ backends, found }) => expect(targets(backends)).toEqual(found));

  it('nobody twice, and everybody who asks for it', () => {
    const route: IngressRoute = { cluster: 'local', namespace: 'shop', name: 'back', kind: 'Route', backends: [{ service: 'web', port: 9090 }] };
    expect(targets([{ service: 'web', port: 80 }], route)).toEqual(['local/web-0 8080,9090 Ingress shop/front,Route shop/back', 'local/web-1 8081 Ingress shop/front']);
  });
});
