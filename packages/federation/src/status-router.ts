import { operatorProcedure, router } from './procedures.ts';

export const statusRouter = router({
  /** Per node: what it should enforce and what it said it read back from its kernel. */
  get: operatorProcedure.query(({ ctx }) => ctx.status()),
});
