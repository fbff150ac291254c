/**
 * Frames back into plans and changes. Trusts nothing: every length, every object, and of a whole plan its digest and its references.
 *
 * @module
 */
import { fail, ok, type Result } from '@firsthop/base';
import { AddressSet } from '@firsthop/netaddr';
import { type AddressGroup, type AddressGroupDelta, addressGroupId, type AddressGroupId, decodeDelta, decodePlan, type NodePlan, planBounds, type PlanDelta } from '@firsthop/plan';
import { readColumns } from './address-columns.ts';
import { type ByteReader, FrameFault } from './byte-reader.ts';
import { sectionKind } from './layout.ts';
import { sectionsOf } from './section.ts';

export type ManagerMessage =
  /** Everything. */
  | { readonly type: 'snapshot'; readonly plan: NodePlan }
  /** Changes of the plan that the agent holds, one after another; at least one. */
  | { readonly type: 'changes'; readonly deltas: readonly PlanDelta[] };

/** What has been read of one plan or change. */
interface Begun {
  readonly of: 'plan' | 'change';
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
  if (into.of !== 'change' || into.changes.length >= planBounds.objects) throw body.fault('a change of a group that has no place here');
  into.changes.push({ id, added, removed });
};

const take = (into: Begun, kind: number, body: ByteReader): void => {
  if (kind === sectionKind.rules) takeList(into.rules, body);
  else if (kind === sectionKind.policies) takeList(into.policyGroups, body);
  else if (kind === sectionKind.endpoints) takeList(into.endpoints, body);
  else if (kind === sectionKind.group) takeGroup(into, body);
  else if (kind === sectionKind.members) takeMembers(into, body);
  else throw body.fault('nobody knows such a section');
  if (!body.isAtEnd) throw body.fault('it goes on behind its end');
};

const valueOf = ({ head, rules, policyGroups, endpoints }: Begun): object => ({ ...head, addressGroups: [], rules, policyGroups, endpoints });

const messageOf = (read: readonly Begun[]): Result<ManagerMessage, string> => {
  const [first] = read;
  if (first === undefined) return fail('a frame with nothing in it');
  if (first.of === 'plan') {
    if (read.length > 1) return fail('something else behind a whole plan');
    const plan = decodePlan(valueOf(first), first.groups);
    return plan.ok ? ok({ type: 'snapshot', plan: plan.value }) : fail(plan.error.message);
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
      if (kind === sectionKind.plan || kind === sectionKind.change) read.push(begin(kind === sectionKind.plan ? 'plan' : 'change', body));
      else if (last === undefined) throw body.fault('nothing has begun');
      else take(last, kind, body);
    }
  } catch (error) {
    if (error instanceof FrameFault) return fail(error.message);
    throw error;
  }
  return messageOf(read);
};
