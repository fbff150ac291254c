import { operatorProcedure, peerProcedure, router } from './procedures.ts';

export const clustersRouter = router({
  /** Who answers: for a peer to compare with whom it meant to call. */
  self: peerProcedure.query(({ ctx }) => ({ cluster: ctx.cluster })),
  list: operatorProcedure.query(({ ctx }) => ctx.clusters()),
});
