/** Counters of interfaces against those of hooks: what all of them pass is never suspected, what hardly any of them passes always is. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PathProof } from './path-proof.ts';
import type { LinkTraffic } from './read-traffic.ts';

const device = 'cali1';
const nothing = { packets: 0, bytes: 0 };

/** What comes by an interface, in one of the ways in which the two count otherwise. */
type Traffic =
  | { readonly kind: 'datagrams'; readonly count: number; readonly length: number }
  /** Pieces of one datagram each, which hooks see put together. */
  | { readonly kind: 'pieces'; readonly count: number; readonly pieces: number }
  /** One long packet at the hooks. */
  | { readonly kind: 'merged'; readonly count: number; readonly each: number }
  /** No hook of IP sees them. */
  | { readonly kind: 'arp'; readonly count: number }
  /** Counted by the interface as dropped. */
  | { readonly kind: 'dropped'; readonly count: number }
  | { readonly kind: 'rest'; readonly ms: number }
  /** Somebody has made our rules anew. */
  | { readonly kind: 'counted anew' }
  | { readonly kind: 'plugged anew' };

const link = 14;
const traffic: fc.Arbitrary<Traffic> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('datagrams' as const), count: fc.nat(2000), length: fc.integer({ min: 28, max: 1500 }) }) },
  fc.record({ kind: fc.constant('pieces' as const), count: fc.nat(50), pieces: fc.integer({ min: 2, max: 45 }) }),
  fc.record({ kind: fc.constant('merged' as const), count: fc.nat(50), each: fc.integer({ min: 2, max: 45 }) }),
  fc.record({ kind: fc.constant('arp' as const), count: fc.nat(5000) }),
  fc.record({ kind: fc.constant('dropped' as const), count: fc.nat(2000) }),
  fc.record({ kind: fc.constant('rest' as const), ms: fc.nat(100_000) }),
  fc.constant({ kind: 'counted anew' as const }),
  fc.constant({ kind: 'plugged anew' as const }),
);

/** An interface and its hooks; of `isPast`, packets go past the hooks. */
class Path {
  #now = 0;
  #link = { index: 7, packets: 0, bytes: 0, dropped: 0 };
  #hooks = nothing;

  pass(one: Traffic, isPast: boolean): void {
    if (one.kind === 'datagrams') this.#move(one.count, one.count * (one.length + link), one.count, one.count * one.length, isPast);
    else if (one.kind === 'pieces') this.#move(one.count * one.pieces, one.count * one.pieces * (1480 + 20 + link), one.count, one.count * (one.pieces * 1480 + 20), isPast);
    else if (one.kind === 'merged') this.#move(one.count * one.each, one.count * one.each * (1448 + 52 + link), one.count, one.count * (one.each * 1448 + 52), isPast);
    else if (one.kind === 'arp') this.#move(one.count, one.count * 60, 0, 0, isPast);
    else if (one.kind === 'dropped') {
      this.#move(one.count, one.count * 1000, 0, 0, isPast);
      this.#link.dropped += one.count;
    } else if (one.kind === 'rest') this.#now += one.ms;
    else if (one.kind === 'counted anew') this.#hooks = nothing;
    else this.#link = { index: this.#link.index + 1, packets: 0, bytes: 0, dropped: 0 };
  }

  #move(packets: number, bytes: number, seen: number, seenBytes: number, isPast: boolean): void {
    this.#link = { ...this.#link, packets: this.#link.packets + packets, bytes: this.#link.bytes + bytes };
    if (!isPast) this.#hooks = { packets: this.#hooks.packets + seen, bytes: this.#hooks.bytes + seenBytes };
  }

  /** `during`: comes by while it is read. */
  read(during: Traffic | undefined, isPast: boolean, hasFilters = false) {
    const before = new Map([[device, { in: this.#hooks, out: nothing }]]);
    const { index, ...moved } = this.#link;
    const links = new Map([[device, { index, hasFilters, in: moved, out: { packets: 0, bytes: 0, dropped: 0 } } satisfies LinkTraffic]]);
    if (during !== undefined) this.pass(during, isPast);
    return { before, after: new Map([[device, { in: this.#hooks, out: nothing }]]), traffic: links, now: this.#now };
  }
}

const isAnew = (one: Traffic | undefined): boolean => one?.kind === 'counted anew';
/** Our rules are made anew once at most: whose counters begin anew at each reading sees nothing, rightly. */
const story = fc.array(fc.record({ what: fc.array(traffic, { maxLength: 4 }), during: fc.option(traffic, { nil: undefined }) }), { maxLength: 30 }).filter((steps) => steps.flatMap(({ what, during }) => [...what, during]).filter(isAnew).length < 2);
const flood: Traffic = { kind: 'datagrams', count: 300, length: 1000 };

describe('proof of path by counters', () => {
  it('whatever comes by, as long as it comes by our hooks, is no reason for suspicion', () => {
    fc.assert(
      fc.property(story, (steps) => {
        const [path, proof] = [new Path(), new PathProof()];
        for (const { what, during } of steps) {
          for (const one of what) path.pass(one, false);
          expect([...proof.take(path.read(during, false))]).toEqual([]);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('what goes past them is found out in three readings, whatever was before, and taken back when it comes by again', () => {
    fc.assert(
      fc.property(story, (steps) => {
        const [path, proof] = [new Path(), new PathProof()];
        for (const { what, during } of steps) {
          for (const one of what) path.pass(one, false);
          proof.take(path.read(during, false));
        }
        // What was dropped explains anything for a minute.
        path.pass({ kind: 'rest', ms: 60_000 }, false);
        proof.take(path.read(undefined, false));
        const after = (isPast: boolean): boolean => {
          path.pass(flood, isPast);
          return proof.take(path.read(undefined, isPast)).has(device);
        };
        expect([after(true), after(true), after(true)].at(-1)).toBe(true);
        expect([after(false), after(false)].at(-1)).toBe(false);
      }),
    );
  });

  it('little that comes by clears an interface within two minutes, silence never', () => {
    const [path, proof] = [new Path(), new PathProof()];
    const take = (isPast: boolean, ...what: readonly Traffic[]): boolean => {
      for (const one of what) path.pass(one, isPast);
      return proof.take(path.read(undefined, isPast)).has(device);
    };
    const minute: Traffic = { kind: 'rest', ms: 60_000 };
    expect([take(true, flood), take(true, flood), take(true, flood)].at(-1)).toBe(true);
    expect([take(false, minute), take(false, minute), take(false, minute, { kind: 'arp', count: 100 })]).toEqual([true, true, true]);
    expect([take(false, minute, { kind: 'datagrams', count: 3, length: 60 }), take(false, minute, { kind: 'datagrams', count: 3, length: 60 })].at(-1)).toBe(false);
  });

  /** As one might: hooks must see half of the packets, at once. */
  it('whoever compares packets alone takes pieces, ARP and drops for a bypass', () => {
    const naive = (one: Traffic): boolean => {
      const path = new Path();
      path.pass(one, false);
      const { traffic: links, after } = path.read(undefined, false);
      return 2 * (after.get(device)?.in.packets ?? 0) < (links.get(device)?.in.packets ?? 0);
    };
    const odd: Traffic[] = [{ kind: 'pieces', count: 50, pieces: 9 }, { kind: 'arp', count: 10 }, { kind: 'dropped', count: 10 }, { kind: 'merged', count: 50, each: 40 }];
    expect(odd.map(naive)).toEqual([true, true, true, true]);
  });

  it('where filters may drop any number, only nothing at all is suspicious; nobody else is read, nobody else is told of', () => {
    const [path, proof] = [new Path(), new PathProof()];
    const take = (isPast: boolean, few: number): boolean => {
      path.pass(flood, isPast);
      path.pass({ kind: 'datagrams', count: few, length: 100 }, false);
      return proof.take(path.read(undefined, isPast, true)).has(device);
    };
    expect([take(true, 1), take(true, 1), take(true, 1), take(true, 1)]).toEqual([false, false, false, false]);
    expect([take(true, 0), take(true, 0), take(true, 0)].at(-1)).toBe(true);
    expect([...proof.take({ ...path.read(undefined, false), before: new Map() })]).toEqual([]);
  });
});
