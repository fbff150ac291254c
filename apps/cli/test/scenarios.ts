/**
 * Scenarios over every path and both families, and how to ask a command about them.
 *
 * One world, so that one lab answers them all; a scenario is a row: who, to whom, what. Verdicts are not written here: the
 * evaluator gives them.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

/** Manifests of the one world that all scenarios happen in. */
export const world: string = `
apiVersion: v1
kind: Namespace
metadata: {name: app, labels: {team: app}}
---
apiVersion: v1
kind: Namespace
metadata: {name: strict, labels: {team: strict, firsthop.dev/enforcement: Full}}
---
apiVersion: v1
kind: Node
metadata: {name: n1}
status: {addresses: [{type: InternalIP, address: 172.20.0.1}, {type: InternalIP, address: "fd20::1"}]}
---
apiVersion: v1
kind: Node
metadata: {name: n2}
status: {addresses: [{type: InternalIP, address: 172.20.0.2}, {type: InternalIP, address: "fd20::2"}]}
${[
  ['app', 'client', 'n1', 11, '{role: client}'], ['app', 'server', 'n1', 12, '{role: server}'], ['app', 'far', 'n2', 13, '{role: client, zone: far}'],
  ['app', 'free', 'n2', 14, '{role: free}'], ['strict', 'vault', 'n2', 15, '{role: vault}'], ['app', 'sealed', 'n1', 16, '{role: sealed}'],
].map(([namespace, name, node, n, labels]) => `---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: ${namespace}, labels: ${labels}}
spec: {nodeName: ${node}, containers: [{name: main, ports: [{name: api, containerPort: 8080}, {name: dns, containerPort: 53, protocol: UDP}]}]}
status: {phase: Running, podIPs: [{ip: 10.20.0.${n}}, {ip: "fd00:20::${n}"}]}
`).join('')}
${[['db', 'n1', 21, '{role: db}'], ['cache', 'n1', 22, '{role: cache}'], ['backup', 'n2', 23, '{role: backup}']].map(([name, node, n, labels]) => `---
apiVersion: firsthop.dev/v1alpha1
kind: VirtualMachine
metadata: {name: ${name}, namespace: app, labels: ${labels}}
spec: {host: ${node}, interfaces: [{name: nic0, addresses: [10.20.0.${n}, "fd00:20::${n}"]}]}
`).join('')}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: server, namespace: app}
spec:
  podSelector: {matchExpressions: [{key: role, operator: In, values: [server]}]}
  ingress:
    - from: [{podSelector: {matchExpressions: [{key: role, operator: In, values: [client]}, {key: zone, operator: DoesNotExist}]}}]
      ports: [{port: api}, {protocol: UDP, port: dns}, {protocol: SCTP, port: 5000}]
    - from: [{ipBlock: {cidr: 203.0.113.0/24, except: [203.0.113.128/25]}}, {ipBlock: {cidr: "2001:db8::/32"}}]
      ports: [{port: 9000, endPort: 9010}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: sealed, namespace: app}
spec: {podSelector: {matchLabels: {role: sealed}}, policyTypes: [Ingress, Egress]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: vault, namespace: strict}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress: [{to: [{namespaceSelector: {matchLabels: {team: app}}, podSelector: {matchExpressions: [{key: role, operator: NotIn, values: [server]}]}}], ports: [{port: api}]}]
---
apiVersion: firsthop.dev/v1alpha1
kind: ClusterSecurityPolicy
metadata: {name: guard}
spec:
  tier: infrastructure
  appliedTo: [{podSelector: {matchLabels: {role: free}}}]
  ingress:
    - {name: pass-web, action: Pass, from: [{namespaceSelector: {matchLabels: {team: app}}, podSelector: {}}], ports: [{protocol: TCP, port: 80, endPort: 90}]}
    - {name: delegate, action: Delegate, ports: [{protocol: TCP, port: 443}]}
    - {name: no-tcp, action: Reject, ports: [{protocol: TCP, port: 1, endPort: 65535}]}
    - {name: echo, action: Allow, ports: [{protocol: ICMP, icmp: {type: 8}}, {protocol: ICMPv6, icmp: {type: 128, code: 0}}]}
    - {name: no-icmp, action: Drop, ports: [{protocol: ICMP}, {protocol: ICMPv6}]}
  egress:
    - {name: not-the-db, action: Reject, to: [{vmSelector: {matchLabels: {role: db}}}]}
---
apiVersion: firsthop.dev/v1alpha1
kind: SecurityPolicy
metadata: {name: db, namespace: app}
spec:
  appliedTo: [{vmSelector: {matchLabels: {role: db}}}]
  ingress:
    - {name: from-clients, action: Allow, from: [{podSelector: {matchLabels: {role: client}}}, {vmSelector: {matchLabels: {role: cache}}}], ports: [{protocol: TCP, port: 5432}]}
    - {name: from-lan, action: Allow, from: [{cidr: {cidr: 10.20.0.0/16, except: [10.20.0.14/32]}}], ports: [{protocol: UDP, port: 5433}]}
    - {name: rest, action: Drop}
  egress:
    - {name: to-backup, action: Allow, to: [{vmSelector: {matchLabels: {role: backup}}}]}
    - {name: nothing-else, action: Reject}
---
apiVersion: firsthop.dev/v1alpha1
kind: Tier
metadata: {name: last-word}
spec: {order: 20000, defaultAction: Drop}
---
apiVersion: firsthop.dev/v1alpha1
kind: ClusterSecurityPolicy
metadata: {name: cache}
spec:
  tier: last-word
  appliedTo: [{vmSelector: {matchLabels: {role: cache}}}]
  ingress: [{name: from-app, action: Allow, from: [{podSelector: {matchLabels: {role: client}}}], ports: [{protocol: TCP, port: 6379}]}]
`;

const out4 = { ip: '203.0.113.9' };
const out6 = { ip: '2001:db8::9' };
/** [scenario, from, to, protocol, port]; both families where neither side is a written address. */
export const scenarios: readonly [string, unknown, unknown, string, (number | string | { type: number; code: number })?][] = [
  ['pod to pod on one node, allowed by label and named port', 'app/client', 'app/server', 'TCP', 'api'],
  ['pod to pod on one node, another port', 'app/client', 'app/server', 'TCP', 8081],
  ['pod to pod on one node, UDP by name', 'app/client', 'app/server', 'UDP', 'dns'],
  ['pod to pod on one node, SCTP', 'app/client', 'app/server', 'SCTP', 5000],
  ['pod to pod on one node, SCTP denied', 'app/client', 'app/server', 'SCTP', 5001],
  ['pod to pod on one node, ping denied by isolation', 'app/client', 'app/server', 'ICMP'],
  ['pod to pod across nodes, DoesNotExist excludes', 'app/far', 'app/server', 'TCP', 'api'],
  ['pod to pod across nodes, Pass then default', 'app/client', 'app/free', 'TCP', 80],
  ['pod to pod across nodes, end of a port range', 'app/client', 'app/free', 'TCP', 90],
  ['pod to pod across nodes, beyond the range: rejected', 'app/client', 'app/free', 'TCP', 91],
  ['pod to pod across nodes, Delegate', 'app/client', 'app/free', 'TCP', 443],
  ['pod to pod across nodes, UDP that no rule names', 'app/client', 'app/free', 'UDP', 91],
  ['pod to pod, echo allowed by type', 'app/client', 'app/free', 'ICMP'],
  ['pod to pod, another ICMP type dropped', 'app/client', 'app/free', 'ICMP', { type: 13, code: 0 }],
  ['pod to pod, egress of the source isolated', 'app/sealed', 'app/server', 'TCP', 'api'],
  ['pod to pod, ingress of the destination isolated', 'app/client', 'app/sealed', 'TCP', 80],
  ['pod to pod, egress NotIn selects', 'strict/vault', 'app/client', 'TCP', 'api'],
  ['pod to pod, egress NotIn excludes', 'strict/vault', 'app/server', 'TCP', 'api'],
  ['pod into a Full namespace', 'app/client', 'strict/vault', 'TCP', 80],
  ['pod to VM on one node', 'app/client', 'vm:app/db', 'TCP', 5432],
  ['pod to VM across nodes', 'app/far', 'vm:app/db', 'TCP', 5432],
  ['pod to VM, dropped', 'app/server', 'vm:app/db', 'TCP', 5432],
  ['pod to VM, rejected at the source', 'app/free', 'vm:app/db', 'TCP', 5432],
  ['pod to VM, allowed by prefix', 'app/server', 'vm:app/db', 'UDP', 5433],
  ['pod to VM, excepted from the prefix', 'app/free', 'vm:app/db', 'UDP', 5433],
  ['VM to VM on one bridge, allowed', 'vm:app/cache', 'vm:app/db', 'TCP', 5432],
  ['VM to VM on one bridge, rejected at the source', 'vm:app/db', 'vm:app/cache', 'TCP', 6379],
  ['VM to VM across nodes, allowed', 'vm:app/db', 'vm:app/backup', 'TCP', 22],
  ['VM to VM across nodes, dropped', 'vm:app/backup', 'vm:app/db', 'TCP', 22],
  ['VM to pod, allowed', 'vm:app/backup', 'app/client', 'TCP', 80],
  ['VM to pod, rejected at the source', 'vm:app/db', 'app/client', 'TCP', 80],
  ['VM to pod, isolated destination', 'vm:app/cache', 'app/server', 'TCP', 'api'],
  ['pod to VM, baseline tier allows', 'app/client', 'vm:app/cache', 'TCP', 6379],
  ['pod to VM, end of a baseline tier drops', 'app/server', 'vm:app/cache', 'TCP', 6379],
  ['pod to outside', 'app/client', out4, 'TCP', 443],
  ['pod to outside, isolated', 'app/sealed', out4, 'TCP', 443],
  ['pod to outside, IPv6', 'app/client', out6, 'UDP', 443],
  ['pod of a Full namespace to outside', 'strict/vault', out4, 'TCP', 443],
  ['VM to outside, rejected', 'vm:app/db', out6, 'TCP', 443],
  ['outside to pod, in the prefix and the port range', out4, 'app/server', 'TCP', 9010],
  ['outside to pod, after the port range', out4, 'app/server', 'TCP', 9011],
  ['outside to pod, excepted part of the prefix', { ip: '203.0.113.200' }, 'app/server', 'TCP', 9010],
  ['outside to pod, IPv6 prefix', out6, 'app/server', 'TCP', 9000],
  ['outside to pod, another prefix', { ip: '198.51.100.1' }, 'app/server', 'TCP', 9000],
  ['outside to VM', out4, 'vm:app/db', 'TCP', 5432],
  ['outside to open pod', out6, 'app/far', 'UDP', 1],
  ['own node to its pod', 'node:n1', 'app/sealed', 'TCP', 80],
  ['own node to its VM', 'node:n1', 'vm:app/db', 'TCP', 22],
  ['another node to a pod', 'node:n2', 'app/sealed', 'TCP', 80],
  ['pod to its own node, isolation does not count', 'app/sealed', 'node:n1', 'TCP', 22],
  ['pod to another node, isolation counts', 'app/sealed', 'node:n2', 'TCP', 22],
  ['VM to its own node', 'vm:app/db', 'node:n1', 'TCP', 22],
];

const isAddress = (party: unknown): boolean => typeof party === 'object';
export interface ProbeRow {
  readonly id: string;
  readonly from: unknown;
  readonly to: unknown;
  readonly protocol: string;
  readonly port?: number | string;
  readonly icmp?: { readonly type: number; readonly code: number };
  /** 0: as a written address says. */
  readonly family: 0 | 4 | 6;
}
export const probes: readonly ProbeRow[] = scenarios.flatMap(([scenario, from, to, protocol, port]): ProbeRow[] => {
  const rest = typeof port === 'object' ? { icmp: port } : port === undefined ? {} : { port };
  const one = { from, to, protocol, ...rest };
  return isAddress(from) || isAddress(to) ? [{ id: scenario, ...one, family: 0 as const }] : ([4, 6] as const).map((family) => ({ id: `${scenario}, IPv${family}`, ...one, family }));
});

export interface Result {
  readonly id: string;
  readonly verdict: string;
  readonly observed?: boolean;
  readonly egress?: { readonly verdict: string; readonly reason: string };
  readonly ingress?: { readonly verdict: string; readonly reason: string };
}

const families = [0, 4, 6] as const;
/** An ICMPv6 type that nobody answers, in place of ICMP's timestamp. */
const UNASSIGNED = { type: 150, code: 0 };
const probesOf = (wished: 0 | 4 | 6): unknown[] => probes.filter(({ family }) => family === wished).map(({ family, ...probe }) => (family === 6 && probe.icmp !== undefined ? { ...probe, icmp: UNASSIGNED } : probe));

/** A kernel knows which rule decided, and nothing of rules that did not. */
export const withoutMiss = (result: Result): Result => JSON.parse(JSON.stringify(result, (key, value: unknown) => (key === 'nearestMiss' ? undefined : value))) as Result;

/** What a command (`verify`, `lab run …`) says to every scenario, by its id. */
export const askAll = (command: readonly string[]): Map<string, Result> => {
  const folder = mkdtempSync(join(tmpdir(), 'firsthop-scenarios-'));
  try {
    writeFileSync(join(folder, 'world.yaml'), world);
    const answers = families.flatMap((family) => {
      const file = join(folder, 'probes.json');
      writeFileSync(file, JSON.stringify({ probes: probesOf(family) }));
      const out = execFileSync(process.execPath, ['apps/cli/src/main.ts', ...command, '-f', join(folder, 'world.yaml'), '--probes', file, '-o', 'json', ...(family === 0 ? [] : ['--family', String(family)])], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 26 });
      return (JSON.parse(out) as { results: Result[] }).results;
    });
    return new Map(answers.map((result) => [result.id, withoutMiss(result)]));
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** A suite: what `verify` says of each probe is what the lab sees, for the same reason. */
export const scenariosAgree = (kernel: 'linux' | 'simulated'): void => {
  describe(`${scenarios.length} scenarios, ${probes.length} probes: verify and the ${kernel} kernel agree`, () => {
    let [said, seen] = [new Map<string, Result>(), new Map<string, Result>()];
    beforeAll(() => {
      said = askAll(['verify']);
      seen = askAll(['lab', 'run', '--kernel', kernel]);
    }, 180_000);

    it.each(probes.map(({ id }) => id))('%s', (id) => {
      const [expected, found] = [said.get(id), seen.get(id)];
      expect(expected).toBeDefined();
      expect(found).toMatchObject({ verdict: expected?.verdict, observed: kernel === 'linux' });
      expect(found?.egress).toEqual(expected?.egress);
      // A packet that its own first hop drops never meets the other end's.
      if (expected?.egress === undefined || expected.egress.verdict === 'allow') expect(found?.ingress).toEqual(expected?.ingress);
    });

    it('every verdict and reason occurs', () => {
      const kinds = new Set([...said.values()].flatMap(({ verdict, egress, ingress }) => [verdict, egress?.reason, ingress?.reason]));
      expect([...kinds]).toEqual(expect.arrayContaining(['allow', 'drop', 'reject', 'rule', 'isolated', 'tierDefault', 'workloadDefault', 'ownNode']));
    });
  });
};
