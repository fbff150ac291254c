import { describe, expect, it } from 'vitest';
import { assertionLimits, parseAssertions } from './parse-assertions.ts';

describe('assertions are read', () => {
  it.each([
    { text: 'deny ns=shop,role=web vm:db/* TCP/5432', is: { wants: 'deny', quantifier: 'every', from: { kind: 'selector', terms: [{ key: 'ns', operator: 'is', value: 'shop' }, { key: 'role', operator: 'is', value: 'web' }] }, to: { kind: 'named', workload: 'vm', namespace: 'db', name: '*' }, port: { kind: 'range', protocol: 'TCP', range: { first: 5432, last: 5432 } } } },
    { text: 'allow some shop/web cluster:west/shop/api TCP/http', is: { wants: 'allow', quantifier: 'some', from: { kind: 'named', workload: 'pod', namespace: 'shop', name: 'web' }, to: { kind: 'named', cluster: 'west' }, port: { kind: 'named', protocol: 'TCP', name: 'http' } } },
    { text: 'deny external(10.0.0.0/8,fd00::/8) any any  # nobody', is: { from: { kind: 'external', ranges: [{}, {}] }, to: { kind: 'any' }, port: { kind: 'any' }, text: 'deny external(10.0.0.0/8,fd00::/8) any any' } },
    { text: 'deny !app,tier!=db,x host:n1 ICMP', is: { from: { kind: 'selector', terms: [{ operator: 'does not exist' }, { operator: 'is not', value: 'db' }, { operator: 'exists' }] }, to: { workload: 'host', name: 'n1' }, port: { kind: 'icmp' } } },
    { text: '\tallow   shop/web\tshop/api   UDP/53-54\r', is: { port: { kind: 'range', protocol: 'UDP', range: { first: 53, last: 54 } } } },
  ])('$text', ({ text, is }) => expect(parseAssertions(`\n# comment\n${text}\n`)).toMatchObject({ faults: [], assertions: [{ line: 3, ...is }] }));
});

describe('a mistake has its place, and says what to write', () => {
  it.each([
    { text: 'permit a/b c/d any', column: 1, message: '"permit" is no verb: write allow|deny' },
    { text: 'deny', column: 5, message: 'FROM is missing' },
    { text: 'deny a/b c/d', column: 13, message: 'PORT is missing' },
    { text: 'deny a/b c/d 80', column: 14, message: 'write TCP/80' },
    { text: 'deny a/b c/d TCP/80 443', column: 21, message: 'one word too many' },
    { text: 'deny a/b c/d TCP/0', column: 14, message: '1 to 65535' },
    { text: 'deny a/b c/d TCP/90-80', column: 14, message: 'the lower one first' },
    { text: 'deny a/b/c c/d any', column: 6, message: 'names nobody: write namespace/name' },
    { text: 'deny role==x c/d any', column: 6, message: 'no condition on labels' },
    { text: 'deny external(10.0.0.0/40) c/d any', column: 6, message: 'no address range' },
    { text: 'deny external(10.0.0.0/8 c/d any', column: 6, message: 'the bracket is not closed' },
    { text: 'deny a/b c/d QUIC/443', column: 14, message: 'write TCP/443' },
  ])('$text', ({ text, column, message }) => expect(parseAssertions(`\n${text}`)).toEqual({ assertions: [], faults: [{ line: 2, column, message: expect.stringContaining(message) }] }));

  it('the others are read all the same', () => expect(parseAssertions('deny\nallow a/b c/d any')).toMatchObject({ assertions: [{ line: 2 }], faults: [{ line: 1 }] }));
  it('a line without end', () => expect(parseAssertions(`deny ${'x'.repeat(assertionLimits.lineLength)} a/b any`).faults).toMatchObject([{ line: 1, column: 1 }]));
});
