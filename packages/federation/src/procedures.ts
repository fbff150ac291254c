/**
 * Procedures by role. There is no way to make one without a role: the bare builder is not exported.
 *
 * @module
 */
import { initTRPC, TRPCError } from '@trpc/server';
import type { FederationContext } from './federation-context.ts';

const t = initTRPC.context<FederationContext>().create({
  errorFormatter: ({ shape }) => ({ ...shape, data: { ...shape.data, stack: undefined } }),
});

export const router: typeof t.router = t.router;
export const createCaller: typeof t.createCallerFactory = t.createCallerFactory;

/** A manager of a cluster that this cluster's administrator named as a peer. */
export const peerProcedure = t.procedure.use(({ ctx, next }) => {
  if (ctx.caller.role !== 'manager' || !ctx.isPeer(ctx.caller.cluster)) throw new TRPCError({ code: 'FORBIDDEN', message: `${ctx.caller.role} ${ctx.caller.name} of cluster ${ctx.caller.cluster} is no peer of cluster ${ctx.cluster}` });
  return next();
});

/** A person or a tool of this cluster, with an operator's certificate. */
export const operatorProcedure = t.procedure.use(({ ctx, next }) => {
  if (ctx.caller.role !== 'operator' || ctx.caller.cluster !== ctx.cluster) throw new TRPCError({ code: 'FORBIDDEN', message: `this needs an operator of cluster ${ctx.cluster}` });
  return next();
});

/** Ends a peer's subscription at the first event after it stopped being a peer. */
export const whilePeer = async function* <T>(ctx: FederationContext, events: AsyncGenerator<T>): AsyncGenerator<T> {
  for await (const event of events) {
    if (!ctx.isPeer(ctx.caller.cluster)) throw new TRPCError({ code: 'FORBIDDEN', message: `cluster ${ctx.caller.cluster} is no longer a peer` });
    yield event;
  }
};
