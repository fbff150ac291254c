/**
 * What stands at a link before and behind the hooks of netfilter: queueing disciplines, and the filters of those that see every packet
 * (`TCA_*` of `include/uapi/linux/rtnetlink.h` and `pkt_cls.h`).
 *
 * @module
 */
import { attributes, bytes, type Codec, eachAttribute, field, text, type Values } from '../attributes/codec.ts';
import { structure, type StructureOf } from '../attributes/structure.ts';
import type { Message } from '../message.ts';
import { type Headed, headed } from './frame.ts';

const headerSize = 20;
const header = { family: ['u8', 0], index: ['s32', 4], handle: ['u32', 8], parent: ['u32', 12], info: ['u32', 16] } as const;
/** Of `struct gnet_stats_queue`. */
const queue = structure(20, { drops: ['u32', 8] });
const schema = { kind: field(1, text), options: field(2, bytes), statistics: field(7, attributes({ queue: field(3, queue) })) };

export const trafficMessage: Codec<Headed<StructureOf<typeof header>, Values<typeof schema>>> = headed(headerSize, structure(headerSize, header), attributes(schema));

export const trafficRequest = (link: number, parent: number): Headed<StructureOf<typeof header>, Values<typeof schema>> => ({ header: { family: 0, index: link, handle: 0, parent, info: 0 }, attributes: {} });

export interface QueueingDiscipline {
  /** Index of the link. */
  readonly link: number;
  /** `fq_codel`, `clsact`, ... */
  readonly kind: string;
  /** Packets that it, or a filter of it, dropped. Begins anew at 2^32. Undefined: it does not count. */
  readonly drops: number | undefined;
}

export type TrafficSide = 'ingress' | 'egress';

/** Which filters of a `clsact` discipline, as its parent is written; `ingress` alone has the first. */
export const sideParent: Readonly<Record<TrafficSide, number>> = { ingress: 0xfffffff2, egress: 0xfffffff3 };

export interface TrafficFilter {
  readonly link: number;
  readonly side: TrafficSide;
  /** `u32`, `flower`, `bpf`, ... */
  readonly kind: string;
  /** The lowest is asked first. */
  readonly priority: number;
  /** Of `bpf`: what its loader called it. */
  readonly program: string | undefined;
  /** Indexes of the links to which its actions move packets; copies are not in it. */
  readonly redirects: readonly number[];
}

export const readQueueing = ({ buffer, start, end }: Message): QueueingDiscipline | undefined => {
  const { header: { index }, attributes: { kind, statistics } } = trafficMessage.read(buffer, start, end);
  return kind === undefined ? undefined : { link: index, kind, drops: statistics?.queue?.drops };
};

/** Where each kind of filter keeps its actions, and `bpf` its name. */
const actionsOf: Readonly<Record<string, number>> = { bpf: 1, cgroup: 1, matchall: 2, flower: 3, basic: 3, fw: 4, route: 6, u32: 7, flow: 9 };
const PROGRAM_NAME = 7;

export const readFilter = (side: TrafficSide) => ({ buffer, start, end }: Message): TrafficFilter | undefined => {
  const { header: { index, info }, attributes: { kind, options } } = trafficMessage.read(buffer, start, end);
  if (kind === undefined) return undefined;
  const redirects: number[] = [];
  let program: string | undefined;
  if (options !== undefined)
    eachAttribute(options, 0, options.length, (type, first, last) => {
      if (type === actionsOf[kind]) redirects.push(...redirectsIn(options, first, last));
      if (kind === 'bpf' && type === PROGRAM_NAME) program = text.read(options, first, last);
    });
  return { link: index, side, kind, priority: info >>> 16, program, redirects };
};

const ACTION_KIND = 1;
const ACTION_OPTIONS = 2;
const MIRRED_PARAMETERS = 2;
/** struct tc_mirred. What: 1 and 3 move the packet, 2 and 4 copy it. */
const mirred = structure(28, { what: ['s32', 20], link: ['u32', 24] });

const redirectsIn = (from: Buffer, start: number, end: number): number[] => {
  const found: number[] = [];
  eachAttribute(from, start, end, (_, first, last) => {
    let kind: string | undefined;
    let link: number | undefined;
    eachAttribute(from, first, last, (type, from1, to1) => {
      if (type === ACTION_KIND) kind = text.read(from, from1, to1);
      if (type === ACTION_OPTIONS) link = targetIn(from, from1, to1) ?? link;
    });
    if (kind === 'mirred' && link !== undefined) found.push(link);
  });
  return found;
};

/** Undefined: it moves nothing. */
const targetIn = (from: Buffer, start: number, end: number): number | undefined => {
  let target: number | undefined;
  eachAttribute(from, start, end, (type, first, last) => {
    // Other actions have parameters of other sizes under this number.
    if (type !== MIRRED_PARAMETERS || last - first < 28) return;
    const { what, link } = mirred.read(from, first, last);
    if (what === 1 || what === 3) target = link;
  });
  return target;
};
