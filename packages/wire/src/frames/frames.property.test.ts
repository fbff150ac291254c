/** Laws: what is read is what was written, whoever shares it; and bytes of a liar are refused, whatever they are. */
import { canonicalJson } from '@firsthop/base';
import { type Address, ipv4, ipv6 } from '@firsthop/netaddr';
import { applyDelta, diffPlans, emptyPlan, encodePlan, type NodePlan, type PlanRule, planRuleId, type PlanRuleId } from '@firsthop/plan';
import { randomPlan } from '@firsthop/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readColumns } from './address-columns.ts';
import { ByteReader, FrameFault } from './byte-reader.ts';
import { type Frame, FrameBuilder } from './frame-builder.ts';
import { FrameWriter } from './frame-writer.ts';
import { FRAME_VERSION, sectionKind } from './layout.ts';
import { readFrame } from './read-frame.ts';
import { packedSection, section } from './section.ts';

/** Without the head of a section. */
const writeColumns = (addresses: readonly Address[]): Uint8Array => {
  const to = new FrameBuilder().beginPiece();
  to.columns(addresses);
  return Buffer.concat(to.end());
};
const whole = (frame: Frame): Buffer => Buffer.concat(frame);
const text = (plan: NodePlan): string => canonicalJson(encodePlan(plan));
const utf8 = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const nothing = diffPlans(emptyPlan('n1'), emptyPlan('n1'));
const error = (frame: Uint8Array): string => {
  const read = readFrame(frame);
  return read.ok ? '' : read.error;
};

describe('frames', () => {
  it('of whole plans, and of chains of changes, hold what was written', () => {
    const writer = new FrameWriter();
    fc.assert(
      fc.property(fc.array(randomPlan, { minLength: 1, maxLength: 4 }), (states) => {
        for (const state of states) {
          const read = readFrame(whole(writer.snapshot(state)));
          expect(read.ok && read.value.type === 'snapshot' && text(read.value.plan)).toBe(text(state));
        }
        const all = [emptyPlan('n1'), ...states];
        const read = readFrame(whole(writer.changes(states.map((state, i) => diffPlans(all[i] as NodePlan, state)))));
        if (!read.ok || read.value.type !== 'changes') throw new Error('no changes');
        let held = emptyPlan('n1');
        for (const [i, delta] of read.value.deltas.entries()) {
          const next = applyDelta(held, delta);
          if (!next.ok) throw new Error(next.error.message);
          expect(text(next.value)).toBe(text(states[i] as NodePlan));
          held = next.value;
        }
      }),
    );
  });

  it('of a liar are refused, and nothing is thrown: bytes changed, cut off, added', () => {
    const writer = new FrameWriter();
    let refused = 0;
    fc.assert(
      fc.property(randomPlan, randomPlan, fc.boolean(), fc.record({ flips: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), cut: fc.nat(), tail: fc.uint8Array({ maxLength: 8 }) }), (plan, other, isWhole, { flips, cut, tail }) => {
        const honest = whole(isWhole ? writer.snapshot(plan) : writer.changes([diffPlans(plan, other)]));
        const bytes = Buffer.concat([honest.subarray(0, honest.length - (cut % 3 === 0 ? cut % honest.length : 0)), tail]);
        for (const [at, value] of flips) bytes[at % bytes.length] = value;
        const read = readFrame(bytes);
        if (!read.ok) refused++;
        // What still is a whole plan is the one that its digest names.
        else if (read.value.type === 'snapshot' && read.value.plan.revision.digest === plan.revision.digest) expect(text({ ...read.value.plan, revision: plan.revision })).toBe(text(plan));
      }),
      { numRuns: 3000 },
    );
    expect(refused).toBeGreaterThan(1500);
  });

  it('of noise are refused', () => fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => !readFrame(bytes).ok && !readFrame(Buffer.concat([Uint8Array.of(FRAME_VERSION), bytes])).ok), { numRuns: 3000 }));

  const head = section(sectionKind.change, utf8({ node: 'n1' }));
  const group = (kind: 3 | 4, ...columns: readonly Uint8Array[]): Uint8Array => section(kind, Buffer.alloc(8), ...columns);
  const framed = (...sections: readonly Uint8Array[]): Buffer => Buffer.concat([Uint8Array.of(FRAME_VERSION), ...sections]);
  const columns = writeColumns([ipv4(1)]);
  const bomb = packedSection(section(sectionKind.rules, Buffer.alloc(1 << 20, 0x20)));
  it.each([
    { name: 'nothing', frame: Buffer.alloc(0), why: /too early/ },
    { name: 'another version', frame: Buffer.from([1]), why: /version 1, where 2 is spoken/ },
    { name: 'nothing in it', frame: framed(), why: /nothing in it/ },
    { name: 'something before the beginning', frame: framed(section(sectionKind.rules, utf8([]))), why: /nothing has begun/ },
    { name: 'a section that is longer than the frame', frame: framed(Buffer.from([2, 255, 255, 255, 255])), why: /too early/ },
    { name: 'an unknown section', frame: framed(head, section(99 as 8, utf8([]))), why: /kind 99.*nobody knows/ },
    { name: 'a list that is none', frame: framed(head, section(sectionKind.rules, utf8({}))), why: /no list/ },
    { name: 'a head that is none', frame: framed(section(sectionKind.change, utf8([]))), why: /no object/ },
    { name: 'text that is no UTF-8', frame: framed(section(sectionKind.change, Buffer.from([0x22, 0xff, 0x22]))), why: /no JSON/ },
    { name: 'a whole group in a change', frame: framed(head, group(3, columns)), why: /no place here/ },
    { name: 'a change of a group in a whole plan', frame: framed(section(sectionKind.plan, utf8({})), group(4, columns, columns)), why: /no place here/ },
    { name: 'one group twice', frame: framed(section(sectionKind.plan, utf8({})), group(3, columns), group(3, columns)), why: /no place here/ },
    { name: 'more addresses than there is room for', frame: framed(head, group(4, Buffer.from([255, 255, 3, 0]))), why: /too early/ },
    { name: 'more addresses than are allowed', frame: framed(head, group(4, Buffer.from([255, 255, 255, 255]))), why: /300000 are allowed/ },
    { name: 'an address twice', frame: framed(head, group(4, Buffer.from([2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]))), why: /out of order/ },
    { name: 'something behind the columns', frame: framed(head, group(4, columns, columns, Buffer.alloc(1))), why: /behind its end/ },
    { name: 'a bomb', frame: framed(head, Buffer.concat([bomb.subarray(0, 6), Buffer.from([16, 0, 0, 0]), bomb.subarray(10)])), why: /cannot be unpacked/ },
    { name: 'a bomb that says how large it is', frame: framed(head, Buffer.concat([bomb.subarray(0, 6), Buffer.from([0, 0, 0, 0x7f]), bomb.subarray(10)])), why: /too much/ },
    { name: 'less than it promises', frame: framed(head, Buffer.concat([bomb.subarray(0, 6), Buffer.from([1, 0, 16, 0]), bomb.subarray(10)])), why: /promised/ },
    { name: 'something packed in something packed', frame: framed(head, section(sectionKind.packed, bomb.subarray(0, 1), Buffer.alloc(4), Buffer.alloc(0))), why: /unpacked|promised|nobody knows/ },
    { name: 'an unknown field', frame: framed(section(sectionKind.change, utf8({ ...JSON.parse('{"__proto__":{}}') as object, node: 'n1', admin: true }))), why: /delta/ },
    { name: 'a whole plan behind a change', frame: Buffer.concat([whole(new FrameWriter().changes([nothing])), whole(new FrameWriter().snapshot(emptyPlan('n1'))).subarray(1)]), why: /behind a change/ },
    { name: 'a change behind a whole plan', frame: Buffer.concat([whole(new FrameWriter().snapshot(emptyPlan('n1'))), whole(new FrameWriter().changes([nothing])).subarray(1)]), why: /behind a whole plan/ },
    { name: 'a plan that is not what its digest says', frame: whole(new FrameWriter().snapshot({ ...emptyPlan('n1'), ownNode: [ipv4(7)] })), why: /not the one that its revision names/ },
  ])('are refused with $name', ({ frame, why }) => expect(error(frame)).toMatch(why));

  it('share what plans share, and pack it', () => {
    const plans = fc.sample(randomPlan, { numRuns: 200, seed: 1 });
    const [rule] = plans.flatMap(({ rules }) => [...rules.values()]);
    if (rule === undefined) throw new Error('no rule');
    const rules = new Map(Array.from({ length: 50 }, (_, i) => planRuleId(i.toString(16).padStart(16, '0'))).map((id): [PlanRuleId, PlanRule] => [id, { ...rule, id }]));
    const members = new Set(Array.from({ length: 4000 }, (_, i) => ipv4(0x0a00_0000 + i)));
    const addressGroups = new Map(plans.flatMap(({ addressGroups }) => [...addressGroups.keys()]).slice(0, 1).map((id) => [id, { id, members }]));
    const writer = new FrameWriter();
    const [one, two] = ['n1', 'n2'].map((node) => writer.snapshot({ ...emptyPlan(node), rules, addressGroups })) as [Frame, Frame];
    expect(one.filter((piece) => two.includes(piece))).toHaveLength(2);
    // One that is large, in different short lists.
    const [match] = rule.matches;
    const large = { ...rule, matches: Array.from({ length: 50 }, () => match as NonNullable<typeof match>) };
    const [three, four] = [[large], [{ ...rule, id: planRuleId('f'.repeat(16)) }, large]].map((list) => writer.snapshot({ ...emptyPlan('n1'), rules: new Map(list.map((each) => [each.id, each])) })) as [Frame, Frame];
    expect(three.filter((piece) => four.includes(piece))).toHaveLength(1);
    expect(whole(four).length).toBeLessThan(3000);
    expect(whole(one).length).toBeLessThan(4000 * 3);
    expect(readFrame(whole(two))).toMatchObject({ ok: false, error: expect.stringMatching(/not the one that its revision names/) as string });
  });
});

it('columns hold any addresses, in one form', () => {
  const address = fc.oneof(fc.nat(0xffff_ffff).map(ipv4), fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).map(ipv6));
  fc.assert(
    fc.property(fc.uniqueArray(address, { maxLength: 20 }), (addresses) => {
      const written = writeColumns(addresses);
      expect(written).toEqual(writeColumns(addresses.toReversed()));
      expect(new Set(readColumns(new ByteReader(written, 'x'), 20))).toEqual(new Set(addresses));
      if (addresses.length > 0) expect(() => readColumns(new ByteReader(written, 'x'), addresses.length - 1)).toThrow(FrameFault);
    }),
  );
});
