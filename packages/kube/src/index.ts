export { ApiFault, type ApiServer, type ListPage, type ListQuery, type Resource, resourceText, type WatchEvent, type WatchQuery } from './api-server.ts';
export { type Clock, systemClock } from './clock.ts';
export type { ObjectChange } from './known-objects.ts';
export { Reflector, type ReflectorParts } from './reflector.ts';
export type { ReflectorNews } from './reflector-news.ts';
export type { ReflectorTiming } from './reflector-timing.ts';
export { type ApiAccess, HttpApiServer } from './http-api-server.ts';
export { kubeAccess } from './kube-access.ts';
