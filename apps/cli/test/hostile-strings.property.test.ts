/**
 * Whatever text somebody writes, wherever a text is read: an answer or an error, soon, in time that grows no faster than the text, and
 * without a mark on what all objects share.
 */
import { quoteForeign } from '@firsthop/base';
import { formatPath, loadManifests } from '@firsthop/manifest';
import { parseAddress, parseCidr } from '@firsthop/netaddr';
import { isDnsLabel, isDnsName, isPortName, parsePolicy } from '@firsthop/policy';
import { parseLabels, parseLabelSelector } from '@firsthop/selector';
import { goodFiles, hostileFamilies, hostileString } from '@firsthop/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAssertions } from '../src/assertions/parse-assertions.ts';
import { parseIcmpOrPort } from '../src/explain/parse-port.ts';
import { csv, dot, markdown, xml } from '../src/render/escape.ts';
import { readAnswers } from '../src/verify/name-answers.ts';
import { verifyProbes } from '../src/verify/index.ts';

const loaded = loadManifests(Object.entries(goodFiles).map(([file, text]) => ({ file, text })));
const record = (text: string, value: unknown): object => Object.defineProperty({}, text, { value, enumerable: true });
const policy = (rule: object): object => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p', namespace: 'shop' }, spec: { podSelector: {}, ingress: [rule] } });
const orUsage = (read: () => unknown): void => {
  try {
    read();
  } catch (error) {
    if (!(error instanceof Error) || (error.name !== 'UsageError' && error.name !== 'SyntaxError')) throw error;
  }
};

/** Every place where a text comes in. None of them throws, but for what a command says of its own line. */
const readers: readonly { readonly name: string; readonly read: (text: string) => void }[] = [
  { name: 'a manifest', read: (text) => void loadManifests([{ file: 'a.yaml', text }]) },
  { name: 'a value in a manifest', read: (text) => void loadManifests([{ file: 'a.json', text: JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: text, labels: { [`x${text}`]: text } }, status: { podIP: text } }) }]) },
  { name: 'a policy', read: (text) => void [{ from: [{ ipBlock: { cidr: text } }], ports: [{ port: text }] }, { from: [{ podSelector: { matchLabels: record(text, text) } }] }, record(text, [])].map((rule) => parsePolicy(policy(rule), { cluster: 'local' })) },
  { name: 'labels', read: (text) => void parseLabels(record(text, text), []) },
  { name: 'a selector', read: (text) => void parseLabelSelector({ matchLabels: record(text, text), matchExpressions: [{ key: text, operator: text, values: [text] }] }, []) },
  { name: 'an address', read: (text) => void [parseAddress(text), parseCidr(text), parseCidr(`${text}/8`)] },
  { name: 'a name', read: (text) => void [isDnsName(text), isDnsLabel(text), isPortName(text), quoteForeign(text), formatPath([text, 0])] },
  { name: 'a probe', read: (text) => void verifyProbes({ loaded, probes: { probes: [{ id: text, from: text, to: { ip: text } }, { from: 'shop/web', to: 'shop/api', port: text, protocol: text }, { from: { service: text }, to: text }] }, ipBlocks: 'all' }) },
  { name: 'probes', read: (text) => orUsage(() => verifyProbes({ loaded, probes: JSON.parse(text), ipBlocks: 'all' })) },
  { name: 'answers', read: (text) => void readAnswers(record(text, [text])) },
  { name: 'assertions', read: (text) => void parseAssertions(text) },
  { name: 'an assertion', read: (text) => void [parseAssertions(`deny ${text} ${text} TCP/80`), parseAssertions(`allow external(${text}) a/b ${text}`)] },
  { name: 'a port', read: (text) => orUsage(() => parseIcmpOrPort(text)) },
  { name: 'escapes', read: (text) => void [xml(text), csv(text), markdown(text), dot(text)] },
];

/** Of this thread: what the collector and the compiler do beside it is not the reader's. */
const cpuMilliseconds = (work: () => void): number => {
  const start = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1000;
};

/** The median of five: once, a collection of garbage or another test may have come between. */
const settled = (work: () => void): number => Array.from({ length: 5 }, () => cpuMilliseconds(work)).sort((a, b) => a - b)[2] ?? 0;

/** The least disturbed of five. */
const least = (work: () => void): number => Math.min(...Array.from({ length: 5 }, () => cpuMilliseconds(work)));

const shared = (): string => [Object.prototype, Array.prototype, Map.prototype, String.prototype].map((one) => Reflect.ownKeys(one).map(String).join()).join(';');
let before = '';
beforeAll(() => void (before = shared()));
afterAll(() => expect(shared()).toBe(before));

const count = process.env['FIRSTHOP_NIGHTLY'] === '1' ? 1_000_000 : 10_000;

describe(`${count} hostile texts`, () => {
  it.each(readers)('as $name: each within 10 ms', { timeout: 3_600_000 }, ({ read }) => {
    // Until the engine has compiled what is measured, it is the engine that is measured.
    for (let number = 0; number < 3000; number++) read(hostileString(number));
    for (let number = 0; number < count; number++) {
      const text = hostileString(number);
      const begin = performance.now();
      read(text);
      if (performance.now() - begin <= 10) continue;
      expect({ number, text: text.slice(0, 200), slow: settled(() => read(text)) > 10 }).toMatchObject({ slow: false });
    }
  });
});

describe('time grows with the text, and no faster', () => {
  const [small, large] = [12_000, 48_000];

  it.each(readers)('as $name', { timeout: 300_000 }, ({ read }) => {
    for (const { name, make } of hostileFamilies) {
      const [short, long] = [make(small), make(large)];
      read(long);
      const [one, four] = [least(() => read(short)), least(() => read(long))];
      // Four times the text: twelve times the time is still a line with bad luck, sixteen would be a square.
      expect({ name, one, four, isLinear: four <= 12 * one + 20 }).toMatchObject({ isLinear: true });
    }
  });
});
