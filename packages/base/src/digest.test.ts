import { describe, expect, it } from 'vitest';
import { canonicalJson, contentId, portableSha256Hex, sha256Hex } from './digest.ts';

describe('a SHA-256', () => {
  it('is that of the standard (FIPS 180-2, appendix B), in Node as in a browser', () => {
    for (const hash of [sha256Hex, portableSha256Hex]) {
      expect(hash('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
      expect(hash('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq')).toBe('248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1');
    }
  });

  it('of what is no plain text is the same in both', () => {
    for (const text of ['', 'ä', '€', '🙂', '\ud800 alone', '\u0000', 'x'.repeat(10_000)]) expect(sha256Hex(text)).toBe(portableSha256Hex(text));
    expect(contentId('abc')).toBe('ba7816bf8f01cfea');
  });
});

describe('canonical JSON', () => {
  it('sorts members and leaves out undefined ones', () => {
    expect(canonicalJson({ b: [1, 'x', null, undefined, { d: true, c: undefined }], a: '"' })).toBe('{"a":"\\"","b":[1,"x",null,null,{"d":true}]}');
    expect(canonicalJson([])).toBe('[]');
    expect(canonicalJson({ a: undefined })).toBe('{}');
    expect(canonicalJson(['', ''])).toBe('["",""]');
  });

  it('refuses what JSON does not have', () => {
    for (const value of [new Map(), new Set(), 1n, undefined, () => 1, [new Map()], { a: 1n }]) expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});
