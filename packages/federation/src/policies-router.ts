import { tracked } from '@trpc/server';
import { ResumeFrom } from './endpoints-router.ts';
import { operatorProcedure, peerProcedure, router, whilePeer } from './procedures.ts';

export const policiesRouter = router({
  /** Policies of this cluster that are meant for the whole cluster set. */
  watch: peerProcedure.input(ResumeFrom).subscription(async function* ({ ctx, input, signal }) {
    const events = ctx.policies.follow(input.lastEventId, signal ?? AbortSignal.any([]));
    for await (const { id, ...event } of whilePeer(ctx, events)) yield tracked(id, event);
  }),
  shared: operatorProcedure.query(({ ctx }) => [...ctx.policies.values().keys()]),
});
