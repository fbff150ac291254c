/** Law: who knows a plan by its outline alone can say what makes another one of it, in about as many bytes as the difference and the square root of the plan. */
import { canonicalJson } from '@firsthop/base';
import { ipv4 } from '@firsthop/netaddr';
import { addressGroupId, applyDelta, emptyPlan, encodePlan, type NodePlan, planDigest, type PlanEndpoint, policyGroupId, type Stage } from '@firsthop/plan';
import { randomPlan } from '@firsthop/testkit';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FrameWriter } from '../frames/frame-writer.ts';
import { readFrame } from '../frames/read-frame.ts';
import { changeOf, type Mend, mendOf } from './mend.ts';
import { bucketsOf, outlineOf, readSums, sumsText } from './outline.ts';

const text = (plan: NodePlan): string => canonicalJson(encodePlan(plan));
const writer = new FrameWriter();

/** As manager and agent do it, through bytes. Answers what the agent gets, and how much was sent both ways. */
const mended = (agents: NodePlan, managers: NodePlan, lose: (mend: Mend) => Mend = (mend) => mend): { readonly plan: NodePlan | string; readonly bytes: number } => {
  const buckets = bucketsOf(managers);
  const told = sumsText(outlineOf(agents, buckets));
  const sums = readSums(told, buckets);
  if (sums === undefined) throw new Error('sums that cannot be read');
  const frame = Buffer.concat(writer.mend(lose(mendOf(managers, agents.revision.digest, sums))));
  const read = readFrame(frame);
  if (!read.ok || read.value.type !== 'mend') throw new Error(read.ok ? read.value.type : read.error);
  const next = applyDelta(agents, changeOf(agents, read.value.mend));
  return { plan: next.ok ? next.value : next.error.code, bytes: told.length + frame.byteLength };
};

it('any plan becomes any other', () => {
  fc.assert(
    fc.property(randomPlan, randomPlan, (a, b) => {
      const { plan } = mended(a, b);
      expect(typeof plan === 'string' ? plan : text(plan)).toBe(text(b));
    }),
    { numRuns: 2000 },
  );
});

it('but not where something is forgotten, and then the digest finds out', () => {
  const forgets: readonly ((mend: Mend) => Mend)[] = [
    (mend) => ({ ...mend, put: { ...mend.put, endpoints: mend.put.endpoints.slice(1) } }),
    (mend) => ({ ...mend, put: { ...mend.put, addressGroups: mend.put.addressGroups.map((group) => ({ ...group, added: group.added.slice(1) })) } }),
    (mend) => ({ ...mend, put: { ...mend.put, rules: mend.put.rules.slice(1) } }),
  ];
  for (const forget of forgets) {
    let found = 0;
    fc.assert(
      fc.property(randomPlan, randomPlan, (a, b) => {
        const { plan } = mended(a, b, forget);
        if (typeof plan === 'string') found++;
        else expect(text(plan)).toBe(text(b));
      }),
      { numRuns: 200 },
    );
    expect(found).toBeGreaterThan(20);
  }
});

const group = addressGroupId('a'.repeat(16));
const end = (direction: 'ingress' | 'egress'): Stage => ({ kind: 'default', verdict: 'allow', attribution: { reason: 'workloadDefault', direction } });
const policy = { id: policyGroupId('b'.repeat(16)), ingress: [end('ingress')], egress: [end('egress')] };
const endpoint = (n: number, address = n): PlanEndpoint => ({ id: `c/uid-${n}/eth0`, kind: 'pod', workload: `shop/web-${n}`, addresses: [ipv4(0x0a000000 + address)], allowedAddresses: [], policyGroup: policy.id });
const large = (endpoints: number, members: number, isOther: (n: number) => boolean): NodePlan => {
  const content = {
    ...emptyPlan('n1'),
    addressGroups: new Map([[group, { id: group, members: new Set(Array.from({ length: members }, (_, n) => ipv4(0x0b000000 + (isOther(n) ? 1_000_000 : 0) + n))) }]]),
    policyGroups: new Map([[policy.id, policy]]),
    endpoints: new Map(Array.from({ length: endpoints }, (_, n) => endpoint(n, isOther(n) ? 100_000 + n : n)).map((one) => [one.id, one])),
  };
  return { ...content, revision: { epoch: 0, watermarks: new Map([['d', 1]]), digest: planDigest(content) } };
};

it.each([
  { endpoints: 100, members: 1000, others: 10, most: 0.5 },
  { endpoints: 250, members: 100_000, others: 10, most: 0.1 },
  { endpoints: 5000, members: 5000, others: 10, most: 0.1 },
])('$others of $endpoints endpoints and of $members addresses cost less than $most of the whole plan', ({ endpoints, members, others, most }) => {
  const [before, after] = [large(endpoints, members, () => false), large(endpoints, members, (n) => n < others)];
  const { plan, bytes } = mended(before, after);
  expect(typeof plan === 'string' ? plan : plan.revision.digest).toBe(after.revision.digest);
  const whole = Buffer.concat(writer.snapshot(after)).byteLength;
  expect(bytes / whole).toBeLessThan(most);
});

/** Leaves many a frame readable: what is in it is another thing then. */
const digit = fc.constantFrom(...Buffer.from('0123456789abcdef'));

it('bytes of a liar throw nothing, and make no other plan than they name', () => {
  let [refused, read] = [0, 0];
  fc.assert(
    fc.property(randomPlan, randomPlan, fc.array(fc.tuple(fc.nat(), fc.oneof(fc.nat(255), digit)), { minLength: 1, maxLength: 2 }), fc.constantFrom('mend', 'ask', 'wait'), (a, b, changes, of) => {
      const buckets = bucketsOf(b);
      const frames = { mend: () => writer.mend(mendOf(b, a.revision.digest, outlineOf(a, buckets))), ask: () => writer.ask(buckets), wait: () => writer.wait(b.revision) };
      const frame = Buffer.concat(frames[of]());
      for (const [at, byte] of changes) frame[at % frame.byteLength] = byte;
      const message = readFrame(frame);
      if (!message.ok) return void refused++;
      read++;
      if (message.value.type === 'ask') outlineOf(a, message.value.buckets);
      if (message.value.type !== 'mend') return;
      const next = applyDelta(a, changeOf(a, message.value.mend));
      if (next.ok) expect(next.value.revision.digest).toBe(planDigest(next.value));
    }),
    { numRuns: 2000 },
  );
  expect(Math.min(refused, read)).toBeGreaterThan(50);
});

it.each([
  { name: 'no buckets', text: '', buckets: 64 },
  { name: 'too few', text: sumsText(new Uint32Array(63)), buckets: 64 },
  { name: 'too many', text: sumsText(new Uint32Array(128)), buckets: 64 },
])('an outline of $name is none', ({ text: sums, buckets }) => expect(readSums(sums, buckets)).toBeUndefined());
