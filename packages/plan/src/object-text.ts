/**
 * Plan objects as texts: what `canonicalJson` writes of their JSON values, without making those. Every rule, policy group and endpoint of a
 * cluster is written at least once, for its name, its digest and its way to the agents.
 *
 * @module
 */
import { type Address, type AddressRange, compareAddresses, formatAddress, formatCidr } from '@firsthop/netaddr';
import { compareText } from '@firsthop/base';
import type { Attribution, PlanPolicyRef } from './attribution.ts';
import type { PlanEndpoint, PlanMatch, PlanPeer, PlanRule, PlanService, PolicyGroup, Revision, Stage } from './node-plan.ts';

/** What stands otherwise in JSON: quotes, backslashes, control characters, halves of surrogate pairs. Hardly any name has one. */
// eslint-disable-next-line no-control-regex
const special = /["\\\u0000-\u001f\ud800-\udfff]/;
const quote = (text: string): string => (special.test(text) ? JSON.stringify(text) : `"${text}"`);

const list = <T>(items: readonly T[], textOf: (item: T) => string): string => {
  let text = '';
  for (const item of items) text += text === '' ? textOf(item) : `,${textOf(item)}`;
  return `[${text}]`;
};

const quotedAddress = (address: Address): string => `"${formatAddress(address)}"`;
/** Not one that the list's owner would see sorted. */
const sortedAddresses = (addresses: readonly Address[]): readonly Address[] => (addresses.length < 2 ? addresses : [...addresses].sort(compareAddresses));
const sortedTexts = (texts: readonly string[]): readonly string[] => (texts.length < 2 ? texts : [...texts].sort(compareText));

/** As they stand in plans: sorted. */
export const addressesText = (addresses: Iterable<Address>): string => list(sortedAddresses([...addresses]), quotedAddress);

const refText = ({ cluster, kind, name, namespace }: PlanPolicyRef): string =>
  `{"cluster":${quote(cluster)},"kind":${quote(kind)},"name":${quote(name)}${namespace === undefined ? '' : `,"namespace":${quote(namespace)}`}}`;

const ruleRefText = ({ id, index, name }: NonNullable<Attribution['rule']>): string => `{"id":${quote(id)},"index":${index}${name === undefined ? '' : `,"name":${quote(name)}`}}`;

const attributionText = ({ direction, isolatedBy, owner, policy, reason, rule, ticket, tier }: Attribution): string => {
  let text = `{"direction":"${direction}"`;
  if (isolatedBy !== undefined) text += `,"isolatedBy":${list(isolatedBy, refText)}`;
  if (owner !== undefined) text += `,"owner":${quote(owner)}`;
  if (policy !== undefined) text += `,"policy":${refText(policy)}`;
  text += `,"reason":"${reason}"`;
  if (rule !== undefined) text += `,"rule":${ruleRefText(rule)}`;
  if (ticket !== undefined) text += `,"ticket":${quote(ticket)}`;
  if (tier !== undefined) text += `,"tier":${quote(tier)}`;
  return `${text}}`;
};

const rangeText = ({ first, last }: AddressRange): string => `[${quotedAddress(first)},${quotedAddress(last)}]`;

const peerText = (peer: PlanPeer): string => {
  switch (peer.kind) {
    case 'any':
      return '{"kind":"any"}';
    case 'group':
      return `{"group":${quote(peer.group)},"kind":"group"}`;
    case 'ranges':
      return `{"kind":"ranges","ranges":${list(peer.ranges, rangeText)}}`;
    case 'every':
    case 'some':
      return `{"kind":"${peer.kind}","peers":${list(peer.peers, peerText)}}`;
    case 'not':
      return `{"kind":"not","peer":${peerText(peer.peer)}}`;
  }
};

const serviceText = ({ protocol, ports }: PlanService): string => (ports === undefined ? `{"protocol":${protocol}}` : `{"ports":{"first":${ports.first},"last":${ports.last}},"protocol":${protocol}}`);

const matchText = ({ peers, services }: PlanMatch): string =>
  `{"peers":${list(peers, peerText)},"services":${services.kind === 'any' ? '{"kind":"any"}' : `{"kind":"set","services":${list(services.services, serviceText)}}`}}`;

/** What stands before an object's id and what stands after it: the id is made of both. */
export type Around = readonly [before: string, after: string];

const between = ([before, after]: Around, id: string): string => `${before}${quote(id)}${after}`;

export const aroundRule = ({ action, matches, attribution, log, kill }: Omit<PlanRule, 'id'>): Around => [
  `{"action":"${action}","attribution":${attributionText(attribution)},"id":`,
  `${kill === undefined ? '' : `,"kill":${quote(kill)}`},"log":${log},"matches":${list(matches, matchText)}}`,
];

export const ruleText = (rule: PlanRule): string => between(aroundRule(rule), rule.id);

const stageText = (stage: Stage): string => {
  switch (stage.kind) {
    case 'tier':
      return `{"atEnd":${attributionText(stage.atEnd)},"defaultAction":"${stage.defaultAction}","kind":"tier","phase":"${stage.phase}","rules":${list(stage.rules, quote)}}`;
    case 'isolation':
      return `{"kind":"isolation","otherwise":${attributionText(stage.otherwise)},"rules":${list(stage.rules, quote)}}`;
    case 'default':
      return `{"attribution":${attributionText(stage.attribution)},"kind":"default","verdict":"${stage.verdict}"}`;
  }
};

export const aroundPolicyGroup = ({ ingress, egress }: Omit<PolicyGroup, 'id'>): Around => [`{"egress":${list(egress, stageText)},"id":`, `,"ingress":${list(ingress, stageText)}}`];

export const policyGroupText = (group: PolicyGroup): string => between(aroundPolicyGroup(group), group.id);

export const endpointText = ({ id, kind, workload, addresses, mac, device, allowedAddresses, allowedMacs, policyGroup, trialGroup }: PlanEndpoint): string => {
  let text = `{"addresses":${list(sortedAddresses(addresses), quotedAddress)},"allowedAddresses":${list(sortedTexts(allowedAddresses.map(formatCidr)), quote)}`;
  if (allowedMacs !== undefined) text += `,"allowedMacs":${list(sortedTexts(allowedMacs), quote)}`;
  if (device !== undefined) text += `,"device":${quote(device)}`;
  text += `,"id":${quote(id)},"kind":"${kind}"`;
  if (mac !== undefined) text += `,"mac":${quote(mac)}`;
  text += `,"policyGroup":${quote(policyGroup)}`;
  if (trialGroup !== undefined) text += `,"trialGroup":${quote(trialGroup)}`;
  return `${text},"workload":${quote(workload)}}`;
};

export const revisionText = ({ epoch, watermarks, digest }: Revision): string => {
  const marks = [...watermarks].sort(([a], [b]) => compareText(a, b));
  return `{"digest":${quote(digest)},"epoch":${epoch},"watermarks":${list(marks, ([source, mark]) => `[${quote(source)},${mark}]`)}}`;
};
