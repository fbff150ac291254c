import { ipv4 } from '@firsthop/netaddr';
import { describe, expect, it } from 'vitest';
import { inForce, type ParsedPolicy, parsePolicy, parseTier, type Rule, standingFaults } from './index.ts';

const networkPolicy = (spec: unknown): ParsedPolicy => parsePolicy({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p', namespace: 'a' }, spec }, { cluster: 'local' });
const securityPolicy = (spec: object, kind = 'SecurityPolicy'): ParsedPolicy =>
  parsePolicy({ apiVersion: 'firsthop.dev/v1alpha1', kind, metadata: { name: 'p', namespace: 'a' }, spec: { appliedTo: [{ podSelector: {} }], ...spec } }, { cluster: 'local' });

const codes = ({ errors }: ParsedPolicy): string[] => errors.map(({ code, path }) => `${code} ${path.join('.')}`);
const shape = (rules: readonly Rule[] | undefined): unknown => rules?.map(({ action, peers, ports }) => [action, peers.kind, ports.kind]);

describe('absent, empty and full are three things', () => {
  it.each([
    { name: 'ingress absent', spec: { podSelector: {} }, ingress: [], egress: undefined },
    { name: 'ingress []', spec: { podSelector: {}, ingress: [] }, ingress: [], egress: undefined },
    { name: 'ingress [{}]', spec: { podSelector: {}, ingress: [{}] }, ingress: [['Allow', 'any', 'any']], egress: undefined },
    { name: 'from [] is anyone', spec: { podSelector: {}, ingress: [{ from: [], ports: [] }] }, ingress: [['Allow', 'any', 'any']], egress: undefined },
    { name: 'egress [{}]', spec: { podSelector: {}, egress: [{}] }, ingress: [], egress: [['Allow', 'any', 'any']] },
    { name: 'egress [] does not isolate', spec: { podSelector: {}, egress: [] }, ingress: [], egress: undefined },
    { name: 'policyTypes [Egress] alone', spec: { podSelector: {}, policyTypes: ['Egress'], ingress: [{}] }, ingress: undefined, egress: [] },
  ])('$name', ({ spec, ingress, egress }) => {
    const { policy, errors } = networkPolicy(spec);
    expect(errors).toEqual([]);
    expect([shape(policy?.ingress), shape(policy?.egress)]).toEqual([ingress, egress]);
  });
});

describe('an invalid rule never allows, and the policy still isolates', () => {
  const peer = (from: unknown): unknown => ({ podSelector: {}, ingress: [{ from: [from] }] });
  const port = (entry: unknown): unknown => ({ podSelector: {}, ingress: [{ ports: [entry] }] });
  it.each([
    { name: 'empty peer', spec: peer({}), code: 'PEER_EMPTY spec.ingress.0.from.0' },
    { name: 'block beside a selector', spec: peer({ podSelector: {}, ipBlock: { cidr: '10.0.0.0/8' } }), code: 'PEER_CONFLICT spec.ingress.0.from.0' },
    { name: 'CIDR', spec: peer({ ipBlock: { cidr: '10.0.0.0/33' } }), code: 'CIDR_INVALID spec.ingress.0.from.0.ipBlock.cidr' },
    { name: 'CIDR with leading zero', spec: peer({ ipBlock: { cidr: '010.0.0.0/8' } }), code: 'CIDR_INVALID spec.ingress.0.from.0.ipBlock.cidr' },
    { name: 'except outside', spec: peer({ ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/9'] } }), code: 'CIDR_INVALID spec.ingress.0.from.0.ipBlock.except.0' },
    { name: 'ports 10..1', spec: port({ port: 10, endPort: 1 }), code: 'PORT_INVALID spec.ingress.0.ports.0.endPort' },
    { name: 'port 0', spec: port({ port: 0 }), code: 'PORT_INVALID spec.ingress.0.ports.0' },
    { name: 'named port with endPort', spec: port({ port: 'http', endPort: 90 }), code: 'PORT_INVALID spec.ingress.0.ports.0.endPort' },
    { name: 'unknown field in a peer', spec: peer({ podSelecter: {} }), code: 'UNKNOWN_FIELD spec.ingress.0.from.0.podSelecter' },
    { name: 'unknown field in the spec', spec: { podSelector: {}, ingres: [], ingress: [{}] }, code: 'UNKNOWN_FIELD spec.ingres' },
    { name: 'from is no list', spec: { podSelector: {}, ingress: [{ from: {} }] }, code: 'TYPE spec.ingress.0.from' },
  ])('$name', ({ spec, code }) => {
    const parsed = networkPolicy(spec);
    expect(codes(parsed).some((found) => found.startsWith(code))).toBe(true);
    expect(parsed.policy?.subjects).toHaveLength(1);
    expect(parsed.policy?.ingress?.filter(({ peers, ports }) => peers.kind !== 'none' && ports.kind !== 'none')).toEqual([]);
  });

  it('spoils its own rule only', () => {
    const { policy } = networkPolicy({ podSelector: {}, ingress: [{ from: [{}] }, { ports: [{ port: 80 }] }] });
    expect(policy?.ingress?.filter(({ peers, ports }) => peers.kind !== 'none' && ports.kind !== 'none').map(({ index }) => index)).toEqual([1]);
  });
});

describe('SecurityPolicy', () => {
  it.each([
    { action: 'Allow', effect: 'nothing' },
    { action: 'Drop', effect: 'drops everything' },
    { action: 'Pass', effect: 'drops everything' },
    { action: 'Delegate', effect: 'drops everything' },
  ])('an invalid $action rule: $effect', ({ action, effect }) => {
    const { policy, errors } = securityPolicy({ ingress: [{ name: 'r', action, from: [{ cidr: { cidr: 'x' } }] }] });
    expect(errors).toHaveLength(1);
    const [rule] = policy?.ingress ?? [];
    if (effect === 'nothing') expect([rule?.peers.kind, rule?.ports.kind]).toContain('none');
    else expect([rule?.action, rule?.peers.kind, rule?.ports.kind]).toEqual(['Drop', 'any', 'any']);
  });

  const alone = { tiers: [], groups: [] };

  it('a tier that is closed to namespaces makes its allows match nothing', () => {
    const { policy } = securityPolicy({ tier: 'emergency', ingress: [{ name: 'open', action: 'Allow' }] });
    if (policy === undefined) throw new Error('not read');
    expect(standingFaults(policy, alone).map(({ code }) => code)).toEqual(['TIER_FORBIDDEN']);
    const standing = inForce(policy, alone);
    expect([standing.form === 'tiered' && standing.tier, standing.ingress?.[0]?.peers.kind]).toEqual(['application', 'none']);
    const cluster = securityPolicy({ tier: 'emergency' }, 'ClusterSecurityPolicy').policy;
    expect(cluster && standingFaults(cluster, alone)).toEqual([]);
  });

  it('no appliedTo, no subjects', () => expect(securityPolicy({ appliedTo: [] })).toMatchObject({ policy: { subjects: [] }, errors: [{ code: 'REQUIRED' }] }));
  it('reserved tier orders are refused', () => expect(parseTier(new Map<string, unknown>([['metadata', { name: 't' }], ['spec', { order: 5000 }]]))).toMatchObject({ ok: false, error: [{ code: 'TIER_ORDER' }] }));
});

describe('hostile input', () => {
  it('keys like __proto__ are keys', () => {
    const spec: unknown = JSON.parse('{"podSelector":{"matchLabels":{"__proto__":"x"}},"ingress":[{"__proto__":{"from":[]}}]}');
    const { policy, errors } = networkPolicy(spec);
    expect(errors.length).toBeGreaterThan(0);
    expect(policy?.ingress?.some(({ peers }) => peers.kind === 'any')).toBe(false);
    expect(Object.hasOwn(Object.prototype, 'from')).toBe(false);
  });

  it.each([undefined, null, 7, 'text', [], {}, { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' }])('%j is no policy, and does not throw', (raw) => {
    const { policy, errors } = parsePolicy(raw, { cluster: 'local' });
    expect([policy, errors.length]).toEqual([undefined, 1]);
  });

  it('host bits are masked', () => {
    const { policy } = networkPolicy({ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.1.2.3/8' } }] }] });
    expect(policy?.ingress?.[0]?.peers).toEqual({ kind: 'set', peers: [{ kind: 'cidr', cidr: { base: ipv4(0x0a00_0000), length: 8 }, except: [] }] });
  });
});
