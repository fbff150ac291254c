/**
 * BPF programs that see every packet of a link, and of which rtnetlink does not tell: those of `tcx` and `netkit`, asked by `bpf(2)`.
 *
 * @module
 */
import { callBpf } from '../socket/libc.ts';
import { withinNamespace } from '../socket/namespace.ts';

const PROG_QUERY = 16;
/** As `enum bpf_attach_type` numbers them. */
const places = { 'tcx ingress': 46, 'tcx egress': 47, 'netkit primary': 54, 'netkit peer': 55 } as const;
export type ProgramPlace = keyof typeof places;

const countAt = (link: number, place: number): number => {
  const query = Buffer.alloc(64);
  query.writeUInt32LE(link, 0);
  query.writeUInt32LE(place, 4);
  // A kernel before 6.6 knows no such place, a link of another kind has none, and who may not ask hears nothing.
  return callBpf(PROG_QUERY, query) < 0 ? 0 : query.readUInt32LE(24);
};

/** The places of a link where programs stand; of a kernel that has no such places, none. `namespace`: the path of the one in which `link` counts. */
export const attachedPrograms = (links: readonly number[], namespace?: string): ReadonlyMap<number, readonly ProgramPlace[]> =>
  withinNamespace(namespace, () => new Map(links.map((link) => [link, (Object.keys(places) as ProgramPlace[]).filter((place) => countAt(link, places[place]) > 0)])));
