/**
 * Frames back into plans and changes. Trusts nothing: every length, every object, and of a whole plan its digest and its references.
 *
 * @module
 */
import { fail, ok, type Result } from '@firsthop/base';
import { AddressSet } from '@firsthop/netaddr';
import { type AddressGroup, type AddressGroupDelta, addressGroupId, type AddressGroupId, decodeDelta, decodePlan, type NodePlan, planBounds, type PlanDelta, type Revision, revisionSchema } from '@firsthop/plan';
import { BucketSet, isBucketCount } from '../outline/buckets.ts';
import type { Mend } from '../outline/mend.ts';
import { readColumns } from './address-columns.ts';
import { type ByteReader, FrameFault } from './byte-reader.ts';
import { sectionKind } from './layout.ts';
import { sectionsOf } from './section.ts';

export type ManagerMessage =
  /** Everything. */
  | { readonly type: 'snapshot'; readonly plan: NodePlan }
  /** Changes of the plan that the agent holds, one after another; at least one. */
  | { readonly type: 'changes'; readonly deltas: readonly PlanDelta[] }
  /** What does the plan that the agent holds look like? */
  | { readonly type: 'ask'; readonly buckets: number }
  /** The answer to an outline. */
  | { readonly type: 'mend'; readonly mend: Mend }
  /** The manager is not as far as its agent. */
  | { readonly type: 'wait'; readonly revision: Revision };

/** What begins with a head. */
const begins = new Map<number, Begun['of']>([[sectionKind.plan, 'plan'], [sectionKind.change, 'change'], [sectionKind.ask, 'ask'], [sectionKind.mend, 'mend'], [sectionKind.wait, 'wait']]);

/** What has been read of one of these. */
interface Begun {
  readonly of: 'plan' | 'change' | 'ask' | 'mend' | 'wait';
  readonly head: object;
  readonly rules: unknown[];
  readonly policyGroups: unknown[];
  readonly endpoints: unknown[];
  readonly groups: Map<AddressGroupId, AddressGroup>;
  readonly changes: AddressGroupDelta[];
}

const begin = (of: Begun['of'], body: ByteReader): Begun => {
  const head = body.json();
  if (typeof head !== 'object' || head === null || Array.isArray(head)) throw body.fault('no object');
  return { of, head, rules: [], policyGroups: [], endpoints: [], groups: new Map(), changes: [] };
};

const readId = (body: ByteReader): AddressGroupId => addressGroupId(Buffer.from(body.bytes(8)).toString('hex'));

const takeList = (into: unknown[], body: ByteReader): void => {
  const list = body.json();
  if (!Array.isArray(list)) throw body.fault('no list');
  if (into.length + list.length > planBounds.objects) throw body.fault('too many');
  for (const one of list) into.push(one);
};

const takeGroup = (into: Begun, body: ByteReader): void => {
  const id = readId(body);
  const members = AddressSet.of(readColumns(body, planBounds.members));
  if (into.of !== 'plan' || into.groups.has(id) || into.groups.size >= planBounds.objects) throw body.fault('a group that has no place here');
  into.groups.set(id, { id, members });
};

const takeMembers = (into: Begun, body: ByteReader): void => {
  const id = readId(body);
  const [added, removed] = [readColumns(body, planBounds.members), readColumns(body, planBounds.members)];
  if ((into.of !== 'change' && into.of !== 'mend') || into.changes.length >= planBounds.objects) throw body.fault('a change of a group that has no place here');
  into.changes.push({ id, added, removed });
};

const take = (into: Begun, kind: number, body: ByteReader): void => {
  if (into.of === 'ask' || into.of === 'wait') throw body.fault('something behind what stands alone');
  if (kind === sectionKind.rules) takeList(into.rules, body);
  else if (kind === sectionKind.policies) takeList(into.policyGroups, body);
  else if (kind === sectionKind.endpoints) takeList(into.endpoints, body);
  else if (kind === sectionKind.group) takeGroup(into, body);
  else if (kind === sectionKind.members) takeMembers(into, body);
  else throw body.fault('nobody knows such a section');
  if (!body.isAtEnd) throw body.fault('it goes on behind its end');
};

const valueOf = ({ head, rules, policyGroups, endpoints }: Begun): object => ({ ...head, addressGroups: [], rules, policyGroups, endpoints });

const noneGo = { removedEndpoints: [], removedPolicyGroups: [], removedRules: [], removedGroups: [] };

const mendFrom = (read: Begun): Result<ManagerMessage, string> => {
  const { buckets, differing, ...head } = read.head as { readonly buckets?: unknown; readonly differing?: unknown };
  if (typeof buckets !== 'number' || !isBucketCount(buckets) || typeof differing !== 'string') return fail('a mend of no buckets');
  const bits = Buffer.from(differing, 'base64');
  if (bits.byteLength * 8 !== buckets) return fail('a mend of other buckets than it says');
  const put = decodeDelta({ ...valueOf({ ...read, head }), ...noneGo }, read.changes);
  if (!put.ok) return fail(put.error.message);
  return ok({ type: 'mend', mend: { buckets: new BucketSet(buckets, bits), put: put.value } });
};

const wordOf = ({ of, head }: Begun): Result<ManagerMessage, string> => {
  const { buckets, revision } = head as { readonly buckets?: unknown; readonly revision?: unknown };
  if (of === 'ask') return typeof buckets === 'number' && isBucketCount(buckets) ? ok({ type: 'ask', buckets }) : fail('a question for no buckets');
  const read = revisionSchema.safeParse(revision);
  return read.success ? ok({ type: 'wait', revision: read.data }) : fail('a manager that does not say how far it is');
};

const messageOf = (read: readonly Begun[]): Result<ManagerMessage, string> => {
  const [first] = read;
  if (first === undefined) return fail('a frame with nothing in it');
  if (first.of === 'plan') {
    if (read.length > 1) return fail('something else behind a whole plan');
    const plan = decodePlan(valueOf(first), first.groups);
    return plan.ok ? ok({ type: 'snapshot', plan: plan.value }) : fail(plan.error.message);
  }
  if (first.of !== 'change') {
    if (read.length > 1) return fail('something else behind what stands alone');
    return first.of === 'mend' ? mendFrom(first) : wordOf(first);
  }
  const deltas: PlanDelta[] = [];
  for (const one of read) {
    const delta = one.of === 'change' ? decodeDelta(valueOf(one), one.changes) : fail({ message: 'a whole plan behind a change' });
    if (!delta.ok) return fail(delta.error.message);
    deltas.push(delta.value);
  }
  return ok({ type: 'changes', deltas });
};

/** The bytes may be overwritten afterwards. */
export const readFrame = (frame: Uint8Array): Result<ManagerMessage, string> => {
  const read: Begun[] = [];
  try {
    for (const { kind, body } of sectionsOf(frame)) {
      const last = read.at(-1);
      const beginning = begins.get(kind);
      if (beginning !== undefined) read.push(begin(beginning, body));
      else if (last === undefined) throw body.fault('nothing has begun');
      else take(last, kind, body);
    }
  } catch (error) {
    if (error instanceof FrameFault) return fail(error.message);
    throw error;
  }
  return messageOf(read);
};
