/**
 * Proof of path by counting: what an interface says that it moved, against what our hooks saw of it. An interface whose packets come by somewhere
 * else is found out, whatever leads them there and whether or not we know of such a thing. Pure; time is told.
 *
 * The two never count the same. An interface counts headers of the link, ARP, each piece of a datagram; hooks see datagrams put together, and long ones made
 * of short ones (GRO). So only what cannot be explained counts: bytes beyond those of the smallest frames, hardly any of which the hooks saw, twice in a row.
 * What somebody else takes away on its way to the hooks without counting it looks the same, and is reported too.
 *
 * @module
 */
import type { LinkTraffic, Moved } from './read-traffic.ts';

export type Way = 'in' | 'out';
type Counted = Pick<Moved, 'packets' | 'bytes'>;
export type HookCounts = ReadonlyMap<string, Readonly<Record<Way, Counted>>>;

export interface PathReading {
  /** Read before the interfaces, and after them: what moves meanwhile is on neither side a reason for suspicion. Of nobody else's interfaces. */
  readonly before: HookCounts;
  readonly after: HookCounts;
  readonly traffic: ReadonlyMap<string, LinkTraffic>;
  /** Milliseconds, by whatever clock. */
  readonly now: number;
}

/** Bytes of a frame that prove nothing: ARP, padded, is no longer than that. */
const smallest = 60;
/** Bytes beyond those of smallest frames: less is said to be nothing. */
const enough = 16_384;
/** Milliseconds in which that much must have moved: else a few words of a switch would do in the long run. */
const longest = 60_000;
/** Bytes: each one that was dropped may have been that long. */
const longestPacket = 65_535;
/** Hooks see one long packet for at most so many short ones. */
const merged = 64;
const timesInARow = 2;

interface Window {
  readonly index: number;
  readonly began: number;
  readonly link: Moved;
  readonly hooks: Counted;
}

interface Judged {
  readonly moved: number;
  readonly seen: number;
  readonly isPast: boolean;
}

/** `isMuch`: enough to suspect something. */
const judge = ({ link: was, hooks: before }: Window, is: Moved, after: Counted, hasFilters: boolean): Judged & { readonly isMuch: boolean } => {
  const [moved, bytes, dropped] = [is.packets - was.packets, is.bytes - was.bytes, is.dropped - was.dropped];
  const arrived = Math.max(0, moved - dropped);
  const surplus = bytes - smallest * arrived - longestPacket * dropped;
  const [seen, seenBytes] = [after.packets - before.packets, after.bytes - before.bytes];
  return { moved, seen, isMuch: surplus >= enough, isPast: hasFilters ? seen === 0 : seen * merged < arrived && seenBytes * merged < surplus };
};

const isBehind = (now: Counted, before: Counted): boolean => now.packets < before.packets || now.bytes < before.bytes;

class WayProof {
  #window: Window | undefined;
  #suspicions = 0;
  #claim: Judged | undefined;

  /** `before`, `after`: what the hooks saw, read before and after `link`. */
  take({ index, link, before, after, hasFilters, now }: { readonly index: number; readonly link: Moved; readonly before: Counted; readonly after: Counted; readonly hasFilters: boolean; readonly now: number }): Judged | undefined {
    const held = this.#window;
    const next: Window = { index, began: now, link, hooks: before };
    // Somebody began to count anew.
    if (held === undefined || held.index !== index || isBehind(link, held.link) || link.dropped < held.link.dropped || isBehind(after, held.hooks)) {
      if (held?.index !== index) this.#claim = undefined;
      this.#suspicions = 0;
      this.#window = next;
      return this.#claim;
    }
    const judged = judge(held, link, after, hasFilters);
    if (!judged.isMuch && now - held.began < longest) return this.#claim;
    this.#window = next;
    // Little that comes by is enough to be cleared, and silence is nothing at all.
    if (!judged.isMuch && (judged.seen === 0 || judged.isPast)) return this.#claim;
    this.#suspicions = judged.isPast ? this.#suspicions + 1 : 0;
    if (this.#suspicions === 0) this.#claim = undefined;
    else if (this.#suspicions >= timesInARow) this.#claim = judged;
    return this.#claim;
  }
}

const reasonOf = (device: string, way: Way, { moved, seen }: Judged): string =>
  `BypassedUnseen: of ${moved} packets that ${way === 'in' ? 'came in by' : 'went out by'} ${device} our hooks saw ${seen}; something takes the others past the policy or away before it: look at bpftool net list dev ${device}, tc filter show dev ${device} ${way === 'in' ? 'ingress' : 'egress'}, and nft list ruleset netdev`;

/** One reading after the other, to the interfaces that are bypassed. */
export class PathProof {
  #proofs = new Map<string, Readonly<Record<Way, WayProof>>>();

  /** Why, by interface. An interface of which nothing can be said any more is what it was until packets tell otherwise. */
  take({ before, after, traffic, now }: PathReading): ReadonlyMap<string, string> {
    const reasons = new Map<string, string>();
    const kept = new Map<string, Readonly<Record<Way, WayProof>>>();
    for (const [device, seen] of before) {
      const [counted, link] = [after.get(device), traffic.get(device)];
      if (counted === undefined || link === undefined) continue;
      const proofs = this.#proofs.get(device) ?? { in: new WayProof(), out: new WayProof() };
      kept.set(device, proofs);
      for (const way of ['in', 'out'] as const) {
        const claim = proofs[way].take({ index: link.index, link: link[way], before: seen[way], after: counted[way], hasFilters: link.hasFilters, now });
        if (claim !== undefined && !reasons.has(device)) reasons.set(device, reasonOf(device, way, claim));
      }
    }
    this.#proofs = kept;
    return reasons;
  }
}
