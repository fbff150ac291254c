/**
 * What a plan object may look like when it comes from outside, with hard bounds on every list and text.
 *
 * @module
 */
import { type Address, type AddressRange, AddressSet, type Cidr, compareAddresses, familyOf, parseAddress, parseCidr, type PortRange } from '@firsthop/netaddr';
import { z } from 'zod';
import type { Attribution, PlanPolicyRef } from './attribution.ts';
import type { AddressGroupId, PlanEndpoint, PlanMatch, PlanPeer, PlanRule, PlanRuleId, PlanService, PolicyGroup, PolicyGroupId, Revision, Stage } from './node-plan.ts';
import { addressGroupId, planRuleId, policyGroupId } from './object-id.ts';

/** Beyond these a message is refused whole. A plan of one node stays far below. */
export const planBounds = {
  text: 512,
  objects: 300_000,
  members: 300_000,
  rulesPerStage: 200_000,
  stages: 2_000,
  matches: 2_000,
  peersPerMatch: 5_000,
  /** A group in a group, with a complement and a conjunction at each level, and what the compiler adds. */
  peerDepth: 16,
  servicesPerMatch: 5_000,
  ranges: 50_000,
  endpointAddresses: 256,
  nodeAddresses: 256,
  /** As many as rules: each of them may come from a policy of its own. */
  policyRefs: 200_000,
  sources: 64,
} as const;

const text: z.ZodString = z.string().min(1).max(planBounds.text);
const hexId: z.ZodString = z.string().regex(/^[0-9a-f]{16}$/);
export const nameSchema: z.ZodType<string> = text;
export const digestSchema: z.ZodType<string> = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

const longestAddress = 45;

export const addressSchema: z.ZodType<Address> = z
  .string()
  .max(longestAddress)
  .transform((value, context) => {
    const address = parseAddress(value);
    if (address.ok) return address.value;
    context.addIssue({ code: 'custom', message: address.error });
    return z.NEVER;
  });

/** A list of which each item is an address, put into a set at once: nothing is made for each of a hundred thousand. */
export const addressSetSchema = (most: number): z.ZodType<AddressSet> =>
  z.unknown().transform((value, context) => {
    if (!Array.isArray(value) || value.length > most) {
      context.addIssue({ code: 'custom', message: `a list of at most ${most} addresses is expected here` });
      return z.NEVER;
    }
    let fault: { readonly at: number; readonly message: string } | undefined;
    const addresses = function* (): Generator<Address> {
      for (const [at, text] of (value as readonly unknown[]).entries()) {
        const address = typeof text === 'string' && text.length <= longestAddress ? parseAddress(text) : undefined;
        if (address?.ok !== true) {
          fault = { at, message: address?.error ?? 'an address is expected here' };
          return;
        }
        yield address.value;
      }
    };
    const made = AddressSet.of(addresses());
    if (fault === undefined) return made;
    context.addIssue({ code: 'custom', path: [fault.at], message: fault.message });
    return z.NEVER;
  });

const cidr: z.ZodType<Cidr> = z
  .string()
  .max(49)
  .transform((value, context) => {
    const parsed = parseCidr(value);
    if (parsed.ok) return parsed.value;
    context.addIssue({ code: 'custom', message: parsed.error });
    return z.NEVER;
  });

const isForward = ({ first, last }: AddressRange): boolean => familyOf(first) === familyOf(last) && compareAddresses(first, last) <= 0;
const range: z.ZodType<AddressRange> = z
  .tuple([addressSchema, addressSchema])
  .transform(([first, last]) => ({ first, last }))
  .refine(isForward, 'a range goes forward in one family');

export const addressGroupIdSchema: z.ZodType<AddressGroupId> = hexId.transform(addressGroupId);
export const planRuleIdSchema: z.ZodType<PlanRuleId> = hexId.transform(planRuleId);
export const policyGroupIdSchema: z.ZodType<PolicyGroupId> = hexId.transform(policyGroupId);

const portNumber = z.number().int().min(0).max(65_535);
const ports: z.ZodType<PortRange> = z.strictObject({ first: portNumber, last: portNumber }).refine(({ first, last }) => first <= last, 'a port range goes forward');
const service: z.ZodType<PlanService> = z.strictObject({ protocol: z.number().int().min(0).max(255), ports: z.exactOptional(ports) });

const leaf = [
  z.strictObject({ kind: z.literal('any') }),
  z.strictObject({ kind: z.literal('group'), group: addressGroupIdSchema }),
  z.strictObject({ kind: z.literal('ranges'), ranges: z.array(range).max(planBounds.ranges) }),
] as const;

/** Written out to a fixed depth: a message cannot make the reader climb further. */
const peerOfDepth = (depth: number): z.ZodType<PlanPeer> => {
  if (depth === 0) return z.discriminatedUnion('kind', leaf);
  const inner = peerOfDepth(depth - 1);
  const peers = z.array(inner).max(planBounds.peersPerMatch);
  return z.discriminatedUnion('kind', [...leaf, z.strictObject({ kind: z.literal('every'), peers }), z.strictObject({ kind: z.literal('some'), peers }), z.strictObject({ kind: z.literal('not'), peer: inner })]);
};
const peer: z.ZodType<PlanPeer> = peerOfDepth(planBounds.peerDepth);

const match: z.ZodType<PlanMatch> = z.strictObject({
  peers: z.array(peer).max(planBounds.peersPerMatch),
  services: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('any') }),
    z.strictObject({ kind: z.literal('set'), services: z.array(service).max(planBounds.servicesPerMatch) }),
  ]),
});

const policyRef: z.ZodType<PlanPolicyRef> = z.strictObject({ cluster: text, kind: text, namespace: z.exactOptional(text), name: text });

const attribution: z.ZodType<Attribution> = z.strictObject({
  reason: z.enum(['rule', 'isolated', 'tierDefault', 'workloadDefault']),
  direction: z.enum(['ingress', 'egress']),
  tier: z.exactOptional(text),
  policy: z.exactOptional(policyRef),
  rule: z.exactOptional(z.strictObject({ index: count, name: z.exactOptional(text), id: hexId })),
  isolatedBy: z.exactOptional(z.array(policyRef).max(planBounds.policyRefs)),
  owner: z.exactOptional(text),
  ticket: z.exactOptional(text),
});

export const ruleSchema: z.ZodType<PlanRule> = z.strictObject({
  id: planRuleIdSchema,
  action: z.enum(['allow', 'drop', 'reject', 'pass', 'delegate']),
  matches: z.array(match).max(planBounds.matches),
  attribution,
  log: z.boolean(),
  kill: z.exactOptional(hexId),
});

const ruleIds = z.array(planRuleIdSchema).max(planBounds.rulesPerStage);
const stage: z.ZodType<Stage> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('tier'), phase: z.enum(['admin', 'baseline']), rules: ruleIds, defaultAction: z.enum(['continue', 'drop']), atEnd: attribution }),
  z.strictObject({ kind: z.literal('isolation'), rules: ruleIds, otherwise: attribution }),
  z.strictObject({ kind: z.literal('default'), verdict: z.enum(['allow', 'drop']), attribution }),
]);

export const policyGroupSchema: z.ZodType<PolicyGroup> = z.strictObject({
  id: policyGroupIdSchema,
  ingress: z.array(stage).max(planBounds.stages),
  egress: z.array(stage).max(planBounds.stages),
});

/** In the small letters of nft. */
const mac = z.string().regex(/^[\da-f]{2}(?::[\da-f]{2}){5}$/);

export const endpointSchema: z.ZodType<PlanEndpoint> = z.strictObject({
  id: text,
  kind: z.enum(['pod', 'vm', 'host']),
  workload: text,
  addresses: z.array(addressSchema).max(planBounds.endpointAddresses),
  mac: z.exactOptional(text),
  device: z.exactOptional(text),
  allowedAddresses: z.array(cidr).max(planBounds.endpointAddresses),
  allowedMacs: z.exactOptional(z.array(mac).max(planBounds.endpointAddresses)),
  policyGroup: policyGroupIdSchema,
  trialGroup: z.exactOptional(policyGroupIdSchema),
});

export const revisionSchema: z.ZodType<Revision> = z.strictObject({
  epoch: count,
  watermarks: z.array(z.tuple([text, count])).max(planBounds.sources).transform((pairs) => new Map(pairs)),
  digest: digestSchema,
});
