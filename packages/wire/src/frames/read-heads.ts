/**
 * Which revisions a frame leads to, without looking at what is in them: for who only carries frames, or plays an agent.
 *
 * @module
 */
import { revisionSchema, type Revision } from '@firsthop/plan';
import { sectionKind } from './layout.ts';
import { sectionsOf } from './section.ts';

/** Oldest first. Throws where the frame is none. */
export const headsOf = (frame: Uint8Array): Revision[] => {
  const heads: Revision[] = [];
  for (const { kind, body } of sectionsOf(frame)) if (kind === sectionKind.plan || kind === sectionKind.change) heads.push(revisionSchema.parse((body.json() as { revision?: unknown }).revision));
  return heads;
};
