/**
 * Plans and their changes as frames, for many nodes at once: what several of them have and is not small is written, and packed, once.
 *
 * That works by identity: whoever compiles plans hands out the same rule list, group or change of a group to all nodes that have it, and never changes it
 * afterwards.
 *
 * @module
 */
import { type AddressGroup, type AddressGroupDelta, addressesText, endpointText, type NodePlan, type PlanDelta, policyGroupText, revisionText, ruleText } from '@firsthop/plan';
import { type Frame, FrameBuilder } from './frame-builder.ts';
import { type SectionKind, sectionKind } from './layout.ts';
import { packedSection } from './section.ts';

interface ObjectList<T> {
  readonly kind: SectionKind;
  /** What all who have the same list hold. */
  readonly of: object;
  readonly list: Iterable<T>;
  readonly size: number;
  readonly textOf: (one: T) => string;
}

/** A list of fewer is written again faster than it is found. */
const fewObjects = 16;
/** Of a group's members, or of those of them that come and go. */
const fewMembers = 64;

export class FrameWriter {
  readonly #builder = new FrameBuilder();
  /** For what is shared, while a frame is being written. */
  readonly #aside = new FrameBuilder();
  readonly #groups = new WeakMap<AddressGroup, Frame>();
  readonly #changes = new WeakMap<AddressGroupDelta, Frame>();
  /** By the map or the list that holds them. */
  readonly #lists = new WeakMap<object, Frame>();

  snapshot(plan: NodePlan): Frame {
    const to = this.#builder.begin();
    to.section(sectionKind.plan);
    to.text(`{"node":${JSON.stringify(plan.node)},"ownNode":${addressesText(plan.ownNode)},"revision":${revisionText(plan.revision)}}`);
    to.endSection();
    for (const group of plan.addressGroups.values())
      if (group.members.size <= fewMembers) writeGroup(to, group);
      else to.shared(this.#shared(this.#groups, group, (aside) => writeGroup(aside, group)));
    this.#list(to, { kind: sectionKind.rules, of: plan.rules, list: plan.rules.values(), size: plan.rules.size, textOf: ruleText });
    this.#list(to, { kind: sectionKind.policies, of: plan.policyGroups, list: plan.policyGroups.values(), size: plan.policyGroups.size, textOf: policyGroupText });
    if (plan.endpoints.size > 0) writeList(to, sectionKind.endpoints, plan.endpoints.values(), endpointText);
    return to.end();
  }

  /** One after another, each of what the one before it leaves. */
  changes(deltas: readonly PlanDelta[]): Frame {
    const to = this.#builder.begin();
    for (const delta of deltas) this.#change(to, delta);
    return to.end();
  }

  #change(to: FrameBuilder, delta: PlanDelta): void {
    const { rules, policyGroups, endpoints } = delta;
    to.section(sectionKind.change);
    to.text(headOf(delta));
    to.endSection();
    for (const group of delta.addressGroups)
      if (group.added.length + group.removed.length <= fewMembers) writeMembers(to, group);
      else to.shared(this.#shared(this.#changes, group, (aside) => writeMembers(aside, group)));
    this.#list(to, { kind: sectionKind.rules, of: rules, list: rules, size: rules.length, textOf: ruleText });
    this.#list(to, { kind: sectionKind.policies, of: policyGroups, list: policyGroups, size: policyGroups.length, textOf: policyGroupText });
    if (endpoints.length > 0) writeList(to, sectionKind.endpoints, endpoints, endpointText);
  }

  #list<T>(to: FrameBuilder, { kind, of, list, size, textOf }: ObjectList<T>): void {
    if (size === 0) return;
    if (size <= fewObjects) writeList(to, kind, list, textOf);
    else to.shared(this.#shared(this.#lists, of, (aside) => writeList(aside, kind, list, textOf)));
  }

  #shared<K extends object>(known: WeakMap<K, Frame>, key: K, write: (aside: FrameBuilder) => void): Frame {
    const found = known.get(key);
    if (found !== undefined) return found;
    const aside = this.#aside.beginPiece();
    write(aside);
    const made = aside.end().map(packedSection);
    known.set(key, made);
    return made;
  }
}

const headOf = ({ node, base, revision, ownNode, removedEndpoints, removedPolicyGroups, removedRules, removedGroups }: PlanDelta): string =>
  `{"node":${JSON.stringify(node)},"base":"${base}","revision":${revisionText(revision)}${ownNode === undefined ? '' : `,"ownNode":${addressesText(ownNode)}`},"removedEndpoints":${JSON.stringify(removedEndpoints)},"removedPolicyGroups":${JSON.stringify(removedPolicyGroups)},"removedRules":${JSON.stringify(removedRules)},"removedGroups":${JSON.stringify(removedGroups)}}`;

const writeGroup = (to: FrameBuilder, { id, members }: AddressGroup): void => {
  to.section(sectionKind.group);
  to.id(id);
  to.columns(members);
  to.endSection();
};

const writeMembers = (to: FrameBuilder, { id, added, removed }: AddressGroupDelta): void => {
  to.section(sectionKind.members);
  to.id(id);
  to.columns(added);
  to.columns(removed);
  to.endSection();
};

const writeList = <T>(to: FrameBuilder, kind: SectionKind, list: Iterable<T>, textOf: (one: T) => string): void => {
  to.section(kind);
  let [text, comma] = ['[', ''];
  for (const one of list) {
    text += comma + textOf(one);
    comma = ',';
    // Long texts are slow to write at once, and short ones one by one.
    if (text.length > 8192) {
      to.text(text);
      text = '';
    }
  }
  to.text(`${text}]`);
  to.endSection();
};
