/**
 * Plans and their changes as frames, for many nodes at once: what several of them have is written, and packed, once.
 *
 * That works by identity: whoever compiles plans hands out the same rule list, group or change of a group to all nodes that have it, and never changes it
 * afterwards.
 *
 * @module
 */
import { compareText } from '@firsthop/base';
import { type AddressGroup, type AddressGroupDelta, addressesText, endpointText, type NodePlan, type PlanDelta, type PlanEndpoint, type PlanRule, type PolicyGroup, policyGroupText, revisionText, ruleText } from '@firsthop/plan';
import { writeColumns } from './address-columns.ts';
import { FRAME_VERSION, type SectionKind, sectionKind } from './layout.ts';
import { packedSection, section } from './section.ts';

/** A whole message in pieces, of which others may have some. Nobody changes them. */
export type Frame = readonly Uint8Array[];

interface Named {
  readonly id: string;
}

const utf8 = new TextEncoder();
const version = Uint8Array.of(FRAME_VERSION);
const inOrder = <T extends Named>(list: Iterable<T>): T[] => [...list].sort((a, b) => compareText(a.id, b.id));
const idBytes = (id: string): Uint8Array => Buffer.from(id, 'hex');
const texts = (ids: readonly string[]): string => JSON.stringify(ids);
const json = (kind: SectionKind, text: string): Uint8Array => section(kind, utf8.encode(text));

/** An object of as many characters is a section of its own, which all lists share; a smaller one is written again faster than it is found. */
const large = 1024;

/** A list that is no longer than this is written again faster than it is packed. */
const short = 4096;
const packedIfLong = (plain: Uint8Array): Uint8Array => (plain.byteLength > short ? packedSection(plain) : plain);

export class FrameWriter {
  readonly #groups = new WeakMap<AddressGroup, Uint8Array>();
  readonly #changes = new WeakMap<AddressGroupDelta, Uint8Array>();
  readonly #objects = new WeakMap<Named, Uint8Array>();
  /** By the map or the list that holds them. */
  readonly #lists = new WeakMap<object, Frame>();
  readonly #groupLists = new WeakMap<object, Frame>();

  snapshot(plan: NodePlan): Frame {
    const begin = `{"node":${JSON.stringify(plan.node)},"ownNode":${addressesText(plan.ownNode)},"revision":${revisionText(plan.revision)}}`;
    return [
      version,
      json(sectionKind.plan, begin),
      ...this.#groupList(plan.addressGroups),
      ...this.#list(sectionKind.rules, plan.rules, plan.rules.values(), ruleText),
      ...this.#list(sectionKind.policies, plan.policyGroups, plan.policyGroups.values(), policyGroupText),
      ...sections(sectionKind.endpoints, inOrder(plan.endpoints.values()).map(endpointText)).map(packedSection),
    ];
  }

  /** One after another, each of what the one before it leaves. */
  changes(deltas: readonly PlanDelta[]): Frame {
    return [version, ...deltas.flatMap((delta) => this.#change(delta))];
  }

  #change(delta: PlanDelta): Uint8Array[] {
    const { node, base, revision, ownNode, addressGroups, rules, policyGroups, endpoints } = delta;
    const begin = `{"node":${JSON.stringify(node)},"base":"${base}","revision":${revisionText(revision)}${ownNode === undefined ? '' : `,"ownNode":${addressesText(ownNode)}`},"removedEndpoints":${texts(delta.removedEndpoints)},"removedPolicyGroups":${texts(delta.removedPolicyGroups)},"removedRules":${texts(delta.removedRules)},"removedGroups":${texts(delta.removedGroups)}}`;
    return [
      json(sectionKind.change, begin),
      ...addressGroups.map((group) => this.#groupChange(group)),
      ...this.#list<PlanRule>(sectionKind.rules, rules, rules, ruleText),
      ...this.#list<PolicyGroup>(sectionKind.policies, policyGroups, policyGroups, policyGroupText),
      ...sections(sectionKind.endpoints, endpoints.map((endpoint: PlanEndpoint) => endpointText(endpoint))).map(packedIfLong),
    ];
  }

  #groupList(groups: NodePlan['addressGroups']): Frame {
    return remembered(this.#groupLists, groups, () => inOrder(groups.values()).map((group) => remembered(this.#groups, group, () => packedSection(section(sectionKind.group, idBytes(group.id), writeColumns(group.members))))));
  }

  #groupChange(change: AddressGroupDelta): Uint8Array {
    return remembered(this.#changes, change, () => packedIfLong(section(sectionKind.members, idBytes(change.id), writeColumns(change.added), writeColumns(change.removed))));
  }

  /** `of`: what all who have the same list hold. */
  #list<T extends Named>(kind: SectionKind, of: object, list: Iterable<T>, textOf: (one: T) => string): Frame {
    return remembered(this.#lists, of, () => {
      const small: string[] = [];
      const made: Uint8Array[] = [];
      for (const one of inOrder(list)) {
        const known = this.#objects.get(one);
        const text = known === undefined ? textOf(one) : '';
        if (known === undefined && text.length < large) small.push(text);
        else made.push(known ?? remembered(this.#objects, one, () => packedSection(json(kind, `[${text}]`))));
      }
      return [...sections(kind, small).map(packedIfLong), ...made];
    });
  }
}

const sections = (kind: SectionKind, list: readonly string[]): Uint8Array[] => (list.length === 0 ? [] : [json(kind, `[${list.join(',')}]`)]);

const remembered = <K extends object, V>(known: WeakMap<K, V>, key: K, make: () => V): V => {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
};
