/**
 * What happens to somebody who follows an API server, for logs and for status.
 *
 * @module
 */
export type ReflectorNews =
  /** All that is there has been told. `wentBack`: it is older than what was told before: the server was restored from a backup. */
  | { readonly kind: 'listed'; readonly objects: number; readonly wentBack: boolean }
  /** `message`: what to tell people. The next attempt is in so many milliseconds. */
  | { readonly kind: 'fault'; readonly message: string; readonly nextMs: number }
  /** The server does not know such a resource. What was told of it before stays: whoever loses a definition does not mean to lose what it protects. */
  | { readonly kind: 'absent'; readonly nextMs: number }
  /** Nothing was heard for too long; it is asked again. */
  | { readonly kind: 'silence' }
  /** The server has something that was never told, or has it no more: everything is listed again. */
  | { readonly kind: 'gap'; readonly objects: number }
  /** What came is no object. It is left out. */
  | { readonly kind: 'malformed'; readonly message: string };
