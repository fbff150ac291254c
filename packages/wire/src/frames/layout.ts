/**
 * A frame from manager to agent: one byte of version, then sections, each a byte of kind, four bytes of length, and so many bytes. All numbers are
 * little-endian.
 *
 *   plan     JSON {node, revision, ownNode}: a whole plan begins; what follows until the end is in it
 *   change   JSON {node, base, revision, ownNode?, removed…}: a change begins, of the plan that was before it
 *   group    an address group: its id, and its members in columns
 *   members  a change of a group: its id, and two times columns: who comes, and who goes
 *   ask      JSON {buckets}: what does the plan that you hold look like, in so many buckets?
 *   mend     JSON {node, base, revision, ownNode, buckets, differing}: what follows is all that is in the buckets whose bits are set, `members` as who comes
 *   wait     JSON {revision}: this manager knows less than you do, it is there
 *   rules, policies, endpoints     JSON lists of such objects; there may be several of a kind
 *   packed   one byte of kind, four bytes of length unpacked, and that section's bytes under Zstandard
 *
 * A section is the same for whomever it is written, and so is written once; only what begins is a node's own.
 *
 * @module
 */
export const FRAME_VERSION = 2;
export const sectionKind = { plan: 1, change: 2, group: 3, members: 4, rules: 5, policies: 6, endpoints: 7, packed: 8, ask: 9, mend: 10, wait: 11 } as const;
export type SectionKind = (typeof sectionKind)[keyof typeof sectionKind];

/** Kind and length. */
export const SECTION_HEAD = 5;
/** Bytes of all sections of a frame, unpacked. */
export const MAX_UNPACKED: number = 256 * 1024 * 1024;
