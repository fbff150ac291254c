import { tracked } from '@trpc/server';
import { z } from 'zod';
import { peerProcedure, router, whilePeer } from './procedures.ts';

export const ResumeFrom = z.strictObject({ lastEventId: z.string().max(64).optional() });

export const endpointsRouter = router({
  /** The caller's share of this cluster's workloads: everything first, then changes; resumes where it stopped. */
  watch: peerProcedure.input(ResumeFrom).subscription(async function* ({ ctx, input, signal }) {
    const events = ctx.exportsFor(ctx.caller.cluster).follow(input.lastEventId, signal ?? AbortSignal.any([]));
    for await (const { id, ...event } of whilePeer(ctx, events)) yield tracked(id, event);
  }),
});
