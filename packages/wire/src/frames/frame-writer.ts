/**
 * Plans and their changes as frames, for many nodes at once: what several of them have and is not small is written, and packed, once.
 *
 * That works by identity: whoever compiles plans hands out the same rule list, group or change of a group to all nodes that have it, and never changes it
 * afterwards.
 *
 * @module
 */
import { type AddressGroup, type AddressGroupDelta, addressesText, endpointText, type NodePlan, type PlanDelta, policyGroupText, type Revision, revisionText, ruleText } from '@firsthop/plan';
import type { Mend } from '../outline/mend.ts';
import { type Frame, FrameBuilder } from './frame-builder.ts';
import { type SectionKind, sectionKind } from './layout.ts';
import { packedSection, section } from './section.ts';

interface ObjectList<T> {
  readonly kind: SectionKind;
  readonly list: Iterable<T>;
  readonly textOf: (one: T) => string;
}

interface SharedList<T> extends ObjectList<T> {
  /** What all who have the same list hold. */
  readonly of: object;
  readonly size: number;
}

/** A list of fewer is written again faster than it is found. */
const fewObjects = 16;
/** Characters. A smaller object is written again faster than it is found. */
const largeText = 1024;
/** Of a group's members, or of those of them that come and go. */
const fewMembers = 64;

export class FrameWriter {
  readonly #builder = new FrameBuilder();
  /** For what is shared, while a frame is being written. */
  readonly #aside = new FrameBuilder();
  readonly #groups = new WeakMap<AddressGroup, Frame>();
  readonly #changes = new WeakMap<AddressGroupDelta, Frame>();
  /** Objects that are large, whose lists may be few and different. */
  readonly #large = new WeakMap<object, Uint8Array>();
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
    this.#objects(to, { kind: sectionKind.endpoints, list: plan.endpoints.values(), textOf: endpointText });
    return to.end();
  }

  /** One after another, each of what the one before it leaves. */
  changes(deltas: readonly PlanDelta[]): Frame {
    const to = this.#builder.begin();
    for (const delta of deltas) this.#change(to, delta);
    return to.end();
  }

  ask(buckets: number): Frame {
    return this.#word(sectionKind.ask, `{"buckets":${buckets}}`);
  }

  mend({ buckets: { count, bits }, put }: Mend): Frame {
    const to = this.#builder.begin();
    to.section(sectionKind.mend);
    to.text(`{"node":${JSON.stringify(put.node)},"base":"${put.base}","revision":${revisionText(put.revision)},"ownNode":${addressesText(put.ownNode ?? [])},"buckets":${count},"differing":"${Buffer.from(bits).toString('base64')}"}`);
    to.endSection();
    this.#objectsOf(to, put);
    return to.end();
  }

  /** `revision`: how far this manager is. */
  wait(revision: Revision): Frame {
    return this.#word(sectionKind.wait, `{"revision":${revisionText(revision)}}`);
  }

  #word(kind: SectionKind, text: string): Frame {
    const to = this.#builder.begin();
    to.section(kind);
    to.text(text);
    to.endSection();
    return to.end();
  }

  #change(to: FrameBuilder, delta: PlanDelta): void {
    to.section(sectionKind.change);
    to.text(headOf(delta));
    to.endSection();
    this.#objectsOf(to, delta);
  }

  #objectsOf(to: FrameBuilder, delta: PlanDelta): void {
    const { rules, policyGroups, endpoints } = delta;
    for (const group of delta.addressGroups)
      if (group.added.length + group.removed.length <= fewMembers) writeMembers(to, group);
      else to.shared(this.#shared(this.#changes, group, (aside) => writeMembers(aside, group)));
    this.#list(to, { kind: sectionKind.rules, of: rules, list: rules, size: rules.length, textOf: ruleText });
    this.#list(to, { kind: sectionKind.policies, of: policyGroups, list: policyGroups, size: policyGroups.length, textOf: policyGroupText });
    this.#objects(to, { kind: sectionKind.endpoints, list: endpoints, textOf: endpointText });
  }

  #list<T extends object>(to: FrameBuilder, list: SharedList<T>): void {
    if (list.size <= fewObjects) this.#objects(to, list);
    else to.shared(this.#shared(this.#lists, list.of, (aside) => this.#objects(aside, list)));
  }

  /** What is large stands in a section of its own, which all lists share. */
  #objects<T extends object>(to: FrameBuilder, { kind, list, textOf }: ObjectList<T>): void {
    let [text, between] = ['', '['];
    const end = (): void => {
      if (between === ',') {
        to.text(`${text}]`);
        to.endSection();
      }
      [text, between] = ['', '['];
    };
    for (const one of list) {
      const known = this.#large.get(one);
      const own = known === undefined ? textOf(one) : '';
      if (known !== undefined || own.length > largeText) {
        end();
        to.shared([known ?? this.#keep(one, kind, own)]);
        continue;
      }
      if (between === '[') to.section(kind);
      text += between + own;
      between = ',';
      // Long texts are slow to make, and short ones to write one by one.
      if (text.length > 8192) {
        to.text(text);
        text = '';
      }
    }
    end();
  }

  #keep(one: object, kind: SectionKind, text: string): Uint8Array {
    const made = packedSection(section(kind, Buffer.from(`[${text}]`)));
    this.#large.set(one, made);
    return made;
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
