/** Every format of every answer, as files to look at; and hostile names in all of them. */
import type { Connection, ConnectionDifference } from '@firsthop/analysis';
import { describe, expect, it } from 'vitest';
import { type AssertionResult, assertionsJson, renderAssertions } from '../src/render/assertions.ts';
import { connectionFormats, renderConnections } from '../src/render/connections.ts';
import { differenceFormats, differencesJson, differencesSarif, renderDifferences } from '../src/render/differences.ts';
import { csv, dot, markdown, xml } from '../src/render/escape.ts';
import { findingsJson, findingsSarif, type PlacedFinding, renderFindings } from '../src/render/findings.ts';
import { expectGolden } from './golden.ts';

const connections: readonly Connection[] = [
  { from: 'shop/web[Deployment]', to: 'shop/api[Deployment]', allowed: 'TCP 8080' },
  { from: '0.0.0.0-9.255.255.255[External]', to: 'shop/web[Deployment]', allowed: 'TCP 443' },
  { from: 'shop/api[Deployment]', to: 'vm:db/pg-1', allowed: 'TCP 5432;UDP 53' },
  { from: 'shop/api[Deployment]', to: 'shop/web[Deployment]', allowed: 'All' },
  { from: '{ingress-controller}', to: 'shop/web[Deployment]', allowed: 'TCP 8080' },
  { from: 'host:n1', to: 'cluster:west/shop/web[Deployment]', allowed: 'All' },
];
const explained = connections.map((one, i): Connection => (i < 2 ? { ...one, because: ['ingress: NetworkPolicy shop/web rule 0', 'egress: no policy decides'] } : one));

const differences: readonly ConnectionDifference[] = [
  { change: 'changed', from: 'shop/web[Deployment]', to: 'shop/api[Deployment]', before: 'TCP 8080', after: 'TCP 8080-8090' },
  { change: 'removed', from: 'shop/web[Deployment]', to: 'vm:db/pg-1', before: 'TCP 5432' },
  { change: 'added', from: '0.0.0.0-255.255.255.255[External]', to: 'shop/web[Deployment]', after: 'TCP 443' },
];

const finding = (code: PlacedFinding['code'], severity: PlacedFinding['severity'], rest: Partial<PlacedFinding> = {}): PlacedFinding => ({ code, severity, cluster: 'local', policy: { kind: 'NetworkPolicy', namespace: 'shop', name: 'api' }, path: ['spec', 'ingress', 1], message: 'rule 0 allows all of it: remove this one', file: 'policies/api.yaml', line: 14, ...rest });
const findings: readonly PlacedFinding[] = [finding('REDUNDANT', 'note'), finding('SHADOWED', 'warning', { policy: { kind: 'Tier', name: 'late' }, path: [] }), finding('INVALID', 'error', { line: 3 })];

const results: readonly AssertionResult[] = [
  { line: 1, text: 'allow shop/web shop/api TCP/8080', passed: true, counterexamples: [], failures: 0 },
  { line: 3, text: 'deny external shop/* any', passed: false, counterexamples: [{ from: '0.0.0.0-9.255.255.255', to: 'shop/web-0', port: 'TCP/443', verdict: 'allow', because: 'ingress: NetworkPolicy shop/web rule 0' }], failures: 7 },
  { line: 4, text: 'deny ns=nowhere any any', passed: false, reason: 'FROM means nobody', counterexamples: [], failures: 0 },
];

const json = (value: unknown): string => JSON.stringify(value, null, 2);

describe('connectivity', () => {
  it.each(connectionFormats)('%s', (format) => expectGolden(`connectivity.${format}`, renderConnections(format, connections)));
  it.each(['table', 'csv'] as const)('%s with reasons', (format) => expectGolden(`connectivity-explained.${format}`, renderConnections(format, explained)));
  it.each(connectionFormats)('%s of nothing', (format) => expect(renderConnections(format, []).length).toBeGreaterThan(0));
});

describe('diff', () => {
  it.each(differenceFormats)('%s', (format) => expectGolden(`diff.${format === 'junit' ? 'junit.xml' : format}`, renderDifferences(format, differences)));
  it('json', () => expectGolden('diff.json', json(differencesJson(differences))));
  it('sarif', () => expectGolden('diff.sarif', json(differencesSarif('0.1.0', differences, 'branch'))));
  it.each(differenceFormats)('%s of nothing', (format) => expect(renderDifferences(format, []).length).toBeGreaterThan(0));
  it('nothing is a passed test', () => expect(renderDifferences('junit', [])).toContain('failures="0"'));
});

describe('lint', () => {
  it.each(['table', 'junit'] as const)('%s', (format) => expectGolden(`lint.${format === 'junit' ? 'junit.xml' : format}`, renderFindings(format, findings)));
  it('json', () => expectGolden('lint.json', json(findingsJson(findings))));
  it('sarif', () => expectGolden('lint.sarif', json(findingsSarif('0.1.0', findings))));
});

describe('test', () => {
  it.each(['table', 'junit'] as const)('%s', (format) => expectGolden(`test.${format === 'junit' ? 'junit.xml' : format}`, renderAssertions(format, 'assertions.txt', results)));
  it('json', () => expectGolden('test.json', json(assertionsJson('assertions.txt', results))));
});

const hostile = ['=HYPERLINK("http://evil")', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '|cmd', 'a,b', 'a"b', 'a\nb', 'a\r\nb', '</title><script>alert(1)</script>', '"/><x y="', "' onload='", ']]>', '&amp;', '\u0000\u001b[31m', '\ud800', '\u202e', '|x|y|', '[a](javascript:1)', '![x](http://e)', '<img src=x>', '`code`', 'https://evil.example', '"];x->y;//', '\\', '\\"', '\\N', '{a|b}'];

describe('hostile names', () => {
  const parties = hostile.map((name) => ({ from: name, to: `ns/${name}`, allowed: name }));

  it.each(hostile)('%j is a text in CSV, and no formula', (name) => {
    const cell = csv(name);
    expect(cell.replace(/^"/, '')).not.toMatch(/^\s*[=+\-@|%\t\r]/);
    if (/[",\r\n]/.test(name)) expect(cell).toMatch(/^"(?:[^"]|"")*"$/);
  });

  it.each(hostile)('%j is one cell in Markdown', (name) => {
    const cell = markdown(name);
    expect(cell).not.toMatch(/(?<!\\)[|`[\]!*_]|[<>\n]|:\/\/|\p{Cc}/u);
  });

  it.each(hostile)('%j is one string in dot', (name) => expect(dot(name)).toMatch(/^"(?:[^"\\\n]|\\\\|\\")*"$/));

  it.each(hostile)('%j is a text in XML', (name) => {
    // eslint-disable-next-line no-control-regex
    expect(xml(name)).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#\d+);)|[\u0000-\u001f\ud800-\udfff\ufffe\uffff]/);
  });

  it('leave a picture with as many tags as harmless ones do', () => {
    const tags = (text: string): number => [...text.matchAll(/<\w+/g)].length;
    const harmless = parties.map((_, i) => ({ from: `n${i}`, to: `ns/n${i}`, allowed: 'x' }));
    for (const text of [renderConnections('svg', parties), renderDifferences('junit', parties.map((one) => ({ ...one, change: 'added', after: one.allowed })))]) expect(text).not.toMatch(/<(?:script|img|x )/);
    expect(tags(renderConnections('svg', harmless))).toBeGreaterThan(0);
  });

  it('leave a table of as many lines as rows', () => {
    expect(renderConnections('md', parties).split('\n').length).toBe(hostile.length + 2);
    expect(renderConnections('table', parties).split('\n').length).toBe(hostile.length + 1);
  });
});
