/**
 * All that managers and operators may ask a manager. One router per noun.
 *
 * @module
 */
import { clustersRouter } from './clusters-router.ts';
import { endpointsRouter } from './endpoints-router.ts';
import { policiesRouter } from './policies-router.ts';
import { router } from './procedures.ts';
import { statusRouter } from './status-router.ts';

export const appRouter = router({ clusters: clustersRouter, endpoints: endpointsRouter, policies: policiesRouter, status: statusRouter });
export type AppRouter = typeof appRouter;
