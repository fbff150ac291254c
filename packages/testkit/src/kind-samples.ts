/**
 * Objects of every kind and with every field, without a fault, for the namespaces of examples/shop: what tests bend and break.
 *
 * @module
 */
const ours = (kind: string, name: string, spec: object, namespace?: string): object => ({ apiVersion: 'firsthop.dev/v1alpha1', kind, metadata: namespace === undefined ? { name } : { name, namespace }, spec });
const kube = (version: string, kind: string, name: string, spec: object): object => ({ apiVersion: `policy.networking.k8s.io/${version}`, kind, metadata: { name }, spec });

const team = (name: string): object => ({ matchLabels: { team: name } });
const role = (name: string): object => ({ matchLabels: { role: name } });

export const kindSamples: readonly object[] = [
  kube('v1alpha2', 'ClusterNetworkPolicy', 'sample-admin', {
    tier: 'Admin',
    priority: 10,
    subject: { namespaces: team('shop') },
    ingress: [
      { name: 'from-platform', action: 'Accept', from: [{ namespaces: team('platform') }], protocols: [{ tcp: { destinationPort: { number: 9090 } } }, { destinationNamedPort: 'metrics' }] },
      { name: 'own', action: 'Pass', from: [{ pods: { namespaceSelector: team('shop'), podSelector: role('web') } }] },
      { name: 'not-audit', action: 'Deny', from: [{ pods: { podSelector: role('audit') } }], protocols: [{ tcp: { destinationPort: { range: { start: 1, end: 8080 } } } }] },
    ],
    egress: [
      { action: 'Accept', to: [{ domainNames: ['*.example.com'] }, { nodes: {} }, { networks: ['10.0.0.0/8'] }] },
      { action: 'Deny', to: [{ networks: ['0.0.0.0/0', '::/0'] }], protocols: [{ udp: { destinationPort: { number: 53 } } }] },
    ],
  }),
  kube('v1alpha1', 'AdminNetworkPolicy', 'sample-admin', {
    priority: 11,
    subject: { pods: { namespaceSelector: team('shop'), podSelector: role('cart') } },
    ingress: [
      { action: 'Allow', from: [{ namespaces: {} }], ports: [{ portNumber: { protocol: 'TCP', port: 6379 } }] },
      { action: 'Deny', from: [{ namespaces: team('payments') }], ports: [{ portRange: { protocol: 'TCP', start: 8000, end: 9000 } }, { namedPort: 'metrics' }] },
    ],
    egress: [{ action: 'Pass', to: [{ namespaces: {} }] }],
  }),
  kube('v1alpha1', 'BaselineAdminNetworkPolicy', 'default', {
    subject: { namespaces: team('payments') },
    ingress: [{ action: 'Allow', from: [{ namespaces: team('payments') }] }, { action: 'Deny', from: [{ namespaces: {} }] }],
  }),
  ours('ClusterGroup', 'sample-jump', { members: [{ podSelector: role('audit') }, { cidr: { cidr: '203.0.113.0/24' } }, { group: { name: 'sample-inner' } }] }),
  ours('ClusterGroup', 'sample-inner', { members: [{ serviceAccount: { namespace: 'shop', name: 'default' } }] }),
  ours('Group', 'sample-own', { members: [{ podSelector: role('api') }] }, 'shop'),
  ours('ClusterSecurityPolicy', 'sample-hosts', {
    tier: 'infrastructure',
    priority: 5,
    appliedTo: [{ hostSelector: {} }],
    ingress: [
      { name: 'jump', action: 'Allow', from: [{ group: { name: 'sample-jump' } }, { nodes: {} }], ports: [{ port: 8080 }] },
      { name: 'pods', action: 'Reject', from: [{ podSelector: {} }] },
    ],
    owner: 'platform',
  }),
  ours('ClusterSecurityPolicy', 'sample-teams', {
    tier: 'environment',
    priority: 7,
    onChange: 'Kill',
    appliedTo: [{ podSelector: {}, not: { podSelector: role('web') } }],
    ingress: [
      { name: 'team', action: 'Pass', from: [{ namespaces: { sameLabels: ['team'] } }, { namespaces: { match: 'Self' } }] },
      { name: 'others', action: 'Drop', from: [{ podSelector: {}, not: { namespaceSelector: team('platform') } }], ports: [{ port: 8443 }] },
    ],
    egress: [{ name: 'dns', action: 'Allow', to: [{ service: { namespace: 'platform', name: 'dns' } }], ports: [{ protocol: 'UDP', port: 53 }] }],
    expiresAt: '2099-01-01T00:00:00Z',
    schedule: { zone: 'Europe/Berlin', days: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'], from: '00:00', to: '24:00' },
    ticket: 'SEC-1',
  }),
  ours('SecurityPolicy', 'sample-own', {
    priority: 3,
    appliedTo: [{ group: { name: 'sample-own' } }, { serviceAccount: { name: 'builder' } }],
    ingress: [{ name: 'web', action: 'Allow', from: [{ podSelector: role('web') }], ports: [{ port: 8080 }] }, { name: 'rest', action: 'Drop', from: [{ not: { podSelector: {} } }] }],
    egress: [{ name: 'world', action: 'Allow', to: [{ fqdn: 'api.example.com' }], ports: [{ port: 443 }] }],
  }, 'shop'),
  ours('SecurityPolicy', 'sample-watch', { mode: 'Monitor', appliedTo: [{ podSelector: {} }], ingress: [{ action: 'Drop' }] }, 'shop'),
  ours('SecurityPolicy', 'sample-draft', { stage: { of: 'sample-own', action: 'Replace' }, appliedTo: [{ podSelector: {} }], ingress: [{ action: 'Drop' }] }, 'shop'),
];
