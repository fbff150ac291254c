/**
 * StagedKubernetesNetworkPolicy: a NetworkPolicy that only watches, said as a policy of the tier `default`, in which Calico judges
 * NetworkPolicies.
 *
 * @module
 */
import { readBlock, without, writeBlock } from '../cidr-blocks.ts';
import { readLabelSelector } from '../label-selectors.ts';
import { describe, type ForeignRecord, isAbsent, isEmpty, type Notebook, type Path } from '../notebook.ts';
import type { Origin } from '../origin.ts';
import type { Direction } from '@firsthop/policy';
import type { Part } from '../own-policy.ts';
import { readKubernetesPort, transports } from '../port-entries.ts';
import { everything, type RuleBody } from '../rule-body.ts';
import type { Plain } from '../translation.ts';
import { directions } from './policy.ts';
import { endTier } from './tiers.ts';

const readIpBlock = (raw: unknown, path: Path, book: Notebook): readonly Plain[] => {
  const object = book.required(raw, path, ['cidr', 'except']);
  const cidr = readBlock(object?.get('cidr'), [...path, 'cidr'], book);
  const except = (book.list(object?.get('except'), [...path, 'except']) ?? []).flatMap((item, i) => readBlock(item, [...path, 'except', i], book) ?? []);
  return cidr === undefined ? [] : without({ cidr, except: [] }, except).map(writeBlock);
};

const readPeer = (raw: unknown, path: Path, book: Notebook): readonly Plain[] => {
  const peer = book.required(raw, path, ['podSelector', 'namespaceSelector', 'ipBlock']);
  if (peer === undefined) return [];
  const pods = readLabelSelector(peer.get('podSelector'), [...path, 'podSelector'], book);
  const spaces = readLabelSelector(peer.get('namespaceSelector'), [...path, 'namespaceSelector'], book);
  const isBlock = !isAbsent(peer.get('ipBlock'));
  if (isBlock === (pods !== undefined || spaces !== undefined)) return book.error(isBlock ? 'PEER_CONFLICT' : 'PEER_EMPTY', path, 'a peer is an ipBlock, or selectors') ?? [];
  return isBlock ? readIpBlock(peer.get('ipBlock'), [...path, 'ipBlock'], book) : [{ ...(pods === undefined ? {} : { podSelector: pods }), ...(spaces === undefined ? {} : { namespaceSelector: spaces }) }];
};

const readPort = (raw: unknown, path: Path, book: Notebook): Plain | undefined => {
  const port = book.required(raw, path, ['protocol', 'port', 'endPort']);
  const protocol = isAbsent(port?.get('protocol')) ? 'TCP' : book.choice(port?.get('protocol'), [...path, 'protocol'], transports);
  return protocol === undefined ? undefined : readKubernetesPort(protocol, { port: port?.get('port'), endPort: port?.get('endPort') }, path, book);
};

const readRule = (raw: unknown, path: Path, direction: Direction, book: Notebook): RuleBody => {
  const side = direction === 'ingress' ? 'from' : 'to';
  const rule = book.object(raw, path, [side, 'ports']);
  const peers = (book.list(rule?.get(side), [...path, side]) ?? []).flatMap((item, i) => readPeer(item, [...path, side, i], book));
  const ports = (book.list(rule?.get('ports'), [...path, 'ports']) ?? []).map((item, i) => readPort(item, [...path, 'ports', i], book)).filter((one) => one !== undefined);
  return { action: 'Allow', peers: isEmpty(rule?.get(side)) ? 'any' : peers, ports: isEmpty(rule?.get('ports')) ? 'any' : ports };
};

const readTypes = (spec: ForeignRecord, book: Notebook): readonly Direction[] => {
  const types = book.texts(spec.get('policyTypes'), ['spec', 'policyTypes']) ?? [];
  for (const [i, type] of types.entries()) if (type !== 'Ingress' && type !== 'Egress') book.error('UNKNOWN_VALUE', ['spec', 'policyTypes', i], `${describe(type)} is neither Ingress nor Egress`);
  return types.length > 0 ? directions.filter((one) => types.includes(one === 'ingress' ? 'Ingress' : 'Egress')) : isEmpty(spec.get('egress')) ? ['ingress'] : directions;
};

/** It decides nothing, so a fault anywhere leaves it out whole. */
export const readStagedKubernetes = (object: ForeignRecord, origin: Origin, tier: string, book: Notebook): readonly Part[] =>
  book.attempt((draft) => {
    const spec = draft.required(object.get('spec'), ['spec'], ['stagedAction', 'podSelector', 'ingress', 'egress', 'policyTypes']) ?? new Map<string, unknown>();
    const types = readTypes(spec, draft);
    const appliedTo = [{ podSelector: readLabelSelector(spec.get('podSelector'), ['spec', 'podSelector'], draft) ?? {} }];
    const rules = (direction: Direction): RuleBody[] => (types.includes(direction) ? (draft.list(spec.get(direction), ['spec', direction]) ?? []).map((raw, i) => readRule(raw, ['spec', direction, i], direction, draft)) : []);
    const end = (direction: Direction): RuleBody[] => (types.includes(direction) ? [everything('Drop', `end-of-tier-${direction}`)] : []);
    draft.note(['spec'], 'a NetworkPolicy of this name stays in force in the preview');
    const base = { origin, appliedTo, key: [0, 1000, `knp.default.${origin.name}`, origin.namespace ?? ''], extra: { mode: 'Monitor' } };
    return [
      { ...base, label: 'staged-kubernetes', tier, rules: { ingress: rules('ingress'), egress: rules('egress') } },
      { ...base, label: 'staged-kubernetes-end', tier: endTier, rules: { ingress: end('ingress'), egress: end('egress') } },
    ];
  }) ?? [];
