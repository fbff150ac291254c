/** nf_tables in a real kernel: what netlink writes, nft lists; what nft writes, netlink reads; and a transaction is one. */
import { execFileSync } from 'node:child_process';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KernelError } from '../socket/kernel-error.ts';
import type { Batch } from './batch.ts';
import { metaKey, register, verdictRegister } from './expression.ts';
import { NfTables } from './nf-tables.ts';
import { hookNumber, objectType, setFlag } from './objects.ts';
import { verdictCode } from './verdict.ts';

const name = `firsthop-netlink-${process.pid}`;
const namespace = `/run/netns/${name}`;
const inside = (...command: readonly string[]): string => execFileSync('ip', ['netns', 'exec', name, ...command], { encoding: 'utf8' });
const nft = (text: string): void => void execFileSync('ip', ['netns', 'exec', name, 'nft', '-f', '-'], { input: text });

beforeAll(() => void execFileSync('ip', ['netns', 'add', name]));
afterAll(() => void execFileSync('ip', ['netns', 'del', name]));

let tables: NfTables;
beforeAll(() => void (tables = new NfTables({ namespace })));
afterAll(() => tables.close());
beforeEach(() => void inside('nft', 'flush', 'ruleset'));

const address = (number: number): Buffer => Buffer.from([10, (number >> 16) & 255, (number >> 8) & 255, number & 255]);
const verdictMap = { table: 't', name: 'm', flags: setFlag.map, keyType: 7, keyLength: 4, dataType: 0xffffff00, dataLength: 0, id: 1 } as const;
const accept = { verdict: { code: verdictCode.accept } };
const start = (batch: Batch): Batch => batch.addTable({ name: 't' }).addChain({ table: 't', name: 'c' }).addSet(verdictMap);
const held = (): string[] => tables.elements('inet', { table: 't', set: 'm' }).map(({ key }) => (key?.value ?? Buffer.alloc(0)).join('.')).sort();
const fault = (change: () => void): KernelError => {
  try {
    change();
  } catch (error) {
    if (error instanceof KernelError) return error;
    throw error;
  }
  throw new Error('the kernel took it');
};

describe('what is written', () => {
  it('is listed by nft in its own words', () => {
    tables.change('inet', (batch) =>
      start(batch)
        .addChain({ table: 't', name: 'fwd0', type: 'filter', hook: { number: hookNumber.forward, priority: -10 }, policy: verdictCode.drop })
        .addObject({ table: 't', name: 'hits', type: objectType.counter, data: { bytes: 0n, packets: 0n } })
        .addSet({ table: 't', name: 'ranges', flags: setFlag.interval, keyType: 7, keyLength: 4, id: 2 })
        .addElements({ table: 't', set: 'm', elements: [{ key: { value: address(1) }, data: { verdict: { code: verdictCode.goto, chain: 'c' } } }, { key: { value: address(2) }, data: accept }] })
        .addElements({ table: 't', set: 'ranges', elements: [{ key: { value: address(256) } }, { key: { value: address(512) }, flags: 1 }] })
        .addRule({
          table: 't',
          chain: 'fwd0',
          expressions: [
            { name: 'meta', values: { key: metaKey.nfproto, dreg: register(0) } },
            { name: 'cmp', values: { sreg: register(0), op: 0, data: { value: Buffer.from([2]) } } },
            { name: 'payload', values: { base: 1, offset: 12, length: 4, dreg: register(0) } },
            { name: 'lookup', values: { set: 'm', sreg: register(0), dreg: verdictRegister } },
          ],
        })
        .addRule({ table: 't', chain: 'c', expressions: [{ name: 'objref', values: { objectType: objectType.counter, name: 'hits' } }, { name: 'immediate', values: { dreg: verdictRegister, data: { verdict: { code: verdictCode.drop } } } }] }),
    );
    const listed = inside('nft', '-s', 'list', 'ruleset');
    for (const words of ['ip saddr vmap @m', 'elements = { 10.0.0.1 : goto c, 10.0.0.2 : accept }', 'counter name "hits" drop', 'type filter hook forward priority filter - 10; policy drop;', 'elements = { 10.0.1.0/24 }']) expect(listed.replaceAll(/\s+/g, ' ')).toContain(words);
  });

  it('by nft is read', () => {
    nft(`table inet t {
      counter hits { }
      set wide { type ipv4_addr . inet_service; flags interval; elements = { 10.0.0.0/24 . 80-90 }; }
      map m { type ipv4_addr : verdict; elements = { 10.0.0.1 : goto c, 10.0.0.2 : drop }; }
      chain c { counter name "hits" accept; }
      chain base { type filter hook prerouting priority 7; policy accept; ip saddr vmap @m; ct state established limit rate 5/second log prefix "x" group 5 drop; }
    }
    table ip other { }
`);
    expect(tables.tables('inet').map((one) => [one.family, one.name])).toEqual([['inet', 't']]);
    expect(tables.chains('inet', { table: 't' }).map((one) => [one.name, one.hook?.number, one.hook?.priority, one.policy, one.type])).toEqual([
      ['c', undefined, undefined, undefined, undefined],
      ['base', hookNumber.prerouting, 7, verdictCode.accept, 'filter'],
    ]);
    expect(tables.sets('inet', { table: 't' }).map((one) => [one.name, one.flags, one.keyLength, one.description?.fields?.map(({ length }) => length)])).toEqual([
      ['wide', setFlag.interval | setFlag.concatenated, 8, [4, 2]],
      ['m', setFlag.map, 4, undefined],
    ]);
    expect(tables.elements('inet', { table: 't', set: 'wide' })).toEqual([{ key: { value: Buffer.from([10, 0, 0, 0, 0, 80, 0, 0]) }, keyEnd: { value: Buffer.from([10, 0, 0, 255, 0, 90, 0, 0]) } }]);
    expect(tables.rules('inet', { table: 't' }).map((one) => [one.chain, one.expressions?.map((expression) => expression.name)])).toEqual([
      ['c', ['objref', 'immediate']],
      ['base', ['meta', 'cmp', 'payload', 'lookup']],
      ['base', ['ct', 'bitwise', 'cmp', 'limit', 'log', 'immediate']],
    ]);
    expect(tables.objects('inet', { table: 't' }).map((one) => [one.name, one.type, one.data])).toEqual([['hits', objectType.counter, { bytes: 0n, packets: 0n }]]);
  });

  it('and read again is the same rule, byte for byte', () => {
    nft(`table inet t { chain a { ip6 saddr fd00::/8 tcp dport 80-90 counter reject with tcp reset; fib saddr type local accept; meta mark set 5; }; chain b { }; }\n`);
    const before = inside('nft', '-s', 'list', 'chain', 'inet', 't', 'a');
    const rules = tables.rules('inet', { table: 't', chain: 'a' });
    tables.change('inet', (batch) => {
      for (const { expressions } of rules) batch.addRule({ table: 't', chain: 'b', expressions });
    });
    expect(inside('nft', '-s', 'list', 'chain', 'inet', 't', 'b').replace('chain b', 'chain a')).toBe(before);
  });
});

describe('a transaction', () => {
  it('that is refused has changed nothing, and says what was wrong', () => {
    tables.change('inet', start);
    const before = tables.generation().id;
    const error = fault(() => tables.change('inet', (batch) => batch.addElements({ table: 't', set: 'm', elements: [{ key: { value: address(1) }, data: accept }] }).addElements({ table: 't', set: 'nowhere', elements: [{ key: { value: address(1) } }] })));
    expect([error.code, error.message]).toEqual(['ENOENT', expect.stringMatching(/^ENOENT, /)]);
    expect(held()).toEqual([]);
    expect(tables.generation().id).toBe(before);
    // The next one is not disturbed by what the refused one left behind.
    tables.change('inet', (batch) => batch.addElements({ table: 't', set: 'm', elements: [{ key: { value: address(3) }, data: accept }] }));
    expect(held()).toEqual(['10.0.0.3']);
  });

  it.each([
    { name: 'an element with another verdict', code: 'EEXIST', change: (batch: Batch) => batch.addElements({ table: 't', set: 'm', elements: [{ key: { value: address(1) }, data: { verdict: { code: verdictCode.drop } } }] }) },
    { name: 'an element that is not there', code: 'ENOENT', change: (batch: Batch) => batch.deleteElements({ table: 't', set: 'm', elements: [{ key: { value: address(9) } }] }) },
    { name: 'a chain that something goes to', code: 'EBUSY', change: (batch: Batch) => batch.deleteChain({ table: 't', name: 'c' }) },
  ])('is refused for $name', ({ code, change }) => {
    tables.change('inet', (batch) => start(batch).addElements({ table: 't', set: 'm', elements: [{ key: { value: address(1) }, data: accept }, { key: { value: address(2) }, data: { verdict: { code: verdictCode.goto, chain: 'c' } } }] }));
    expect(fault(() => tables.change('inet', change)).code).toBe(code);
    expect(held()).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  it('of another generation is refused', () => {
    tables.change('inet', start);
    const { id = 0 } = tables.generation();
    inside('nft', 'add', 'table', 'ip', 'somebody');
    expect(fault(() => tables.change('inet', (batch) => batch.deleteTable({ name: 't' }), id)).code).toBe('ERESTART');
    tables.change('inet', (batch) => batch.deleteTable({ name: 't' }), tables.generation().id);
    expect(tables.tables('inet')).toEqual([]);
  });

  it('of nothing is none', () => {
    const before = tables.generation().id;
    tables.change('inet', (batch) => batch);
    expect(tables.generation().id).toBe(before);
  });

  it('of a hundred thousand elements lets the event loop go on', async () => {
    tables.change('inet', start);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    const all = Array.from({ length: 100_000 }, (_, i) => ({ key: { value: address(i) }, data: accept }));
    const begin = performance.now();
    let isDone = false;
    const sent = tables.changeInBackground('inet', (batch) => batch.addElements({ table: 't', set: 'm', elements: all })).then(() => (isDone = true));
    const encoded = performance.now() - begin;
    delay.enable();
    let ticks = 0;
    const tick = setInterval(() => ticks++, 5);
    await sent;
    clearInterval(tick);
    delay.disable();
    console.log(`encoded in ${encoded.toFixed(0)} ms, in force after ${(performance.now() - begin).toFixed(0)} ms, the event loop waited ${(delay.max / 1e6).toFixed(0)} ms at most`);
    expect(isDone).toBe(true);
    // The kernel worked for longer than that.
    expect(ticks).toBeGreaterThan(3);
    expect(held()).toHaveLength(100_000);
    tables.change('inet', (batch) => batch.deleteElements({ table: 't', set: 'm' }));
    expect(held()).toEqual([]);
  });
});

it('a socket stays in its namespace, and the process does not move', () => {
  tables.change('inet', start);
  const here = new NfTables();
  expect(here.tables('inet').some((one) => one.name === 't')).toBe(false);
  expect(tables.tables('inet').some((one) => one.name === 't')).toBe(true);
  here.close();
  expect(() => new NfTables({ namespace: '/run/netns/there-is-none' })).toThrow(/there-is-none/);
});
