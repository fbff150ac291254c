import { describe, expect, it } from 'vitest';
import { readRecord } from './record.ts';

describe('a record', () => {
  it('is what a Map of the own members would be', () => {
    const raw: unknown = { b: 1, a: undefined, c: { d: 2 } };
    const record = readRecord(raw);
    const map = new Map(Object.entries(raw as object));
    expect(record?.size).toBe(map.size);
    expect([...(record ?? [])]).toEqual([...map]);
    for (const list of ['keys', 'values', 'entries'] as const) expect([...(record?.[list]() ?? [])]).toEqual([...map[list]()]);
    for (const key of ['a', 'b', 'c', 'd']) expect([record?.has(key), record?.get(key)]).toEqual([map.has(key), map.get(key)]);
    const told: unknown[] = [];
    record?.forEach((value, key) => void told.push([key, value]));
    expect(told).toEqual([...map]);
    expect(new Map(record)).toEqual(map);
  });

  it('does not fall through to a prototype', () => {
    const record = readRecord({});
    for (const key of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) expect([record?.has(key), record?.get(key)]).toEqual([false, undefined]);
  });

  it('has what somebody really wrote, whatever it is called', () => {
    const record = readRecord(JSON.parse('{"__proto__": 1, "constructor": 2, "hasOwnProperty": 3}'));
    expect([record?.get('__proto__'), record?.get('constructor'), record?.get('hasOwnProperty')]).toEqual([1, 2, 3]);
    expect([...(record?.keys() ?? [])]).toEqual(['__proto__', 'constructor', 'hasOwnProperty']);
  });

  it('is of an object only', () => {
    for (const raw of [undefined, null, 1, 'x', [], [1], true]) expect(readRecord(raw)).toBeUndefined();
  });
});
