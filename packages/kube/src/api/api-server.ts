/**
 * What is needed of a Kubernetes API server: lists in pages, and watches. The port; HTTP is behind it, or a test.
 *
 * @module
 */

/** `group: ''`: the core group. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  /** `pods`. */
  readonly plural: string;
}

export const resourceText = ({ group, version, plural }: Resource): string => `${plural}.${version}${group === '' ? '' : `.${group}`}`;

export interface ListQuery {
  /** At most so many objects a page. Undefined: all at once. */
  readonly limit?: number;
  /** Where the page before this one ended. */
  readonly continue?: string;
  /** Metadata only. */
  readonly headsOnly?: boolean;
  readonly signal: AbortSignal;
}

export interface ListPage {
  /** As the server wrote them; nobody has looked at them. */
  readonly items: readonly unknown[];
  readonly resourceVersion: string;
  /** Undefined: this was the last one. */
  readonly continue: string | undefined;
}

export interface WatchQuery {
  /** Changes behind it are told. */
  readonly resourceVersion: string;
  /** The server ends the watch after so many seconds. */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: unknown }
  /** All changes up to there were told. */
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string };

export interface ApiServer {
  /** Rejects with an `ApiFault`, or with the signal's reason. */
  list(resource: Resource, query: ListQuery): Promise<ListPage>;
  /** Ends when the server ends it; throws an `ApiFault`, or the signal's reason, however silent the server is. */
  watch(resource: Resource, query: WatchQuery): AsyncIterable<WatchEvent>;
}

/** The server, or the way to it, said no. */
export class ApiFault extends Error {
  /** HTTP status; 0: there was no answer, or none that can be read. */
  readonly code: number;
  /** The server asks to be left alone for so long. */
  readonly retryAfterMs: number | undefined;

  constructor(code: number, message: string, retryAfterMs?: number) {
    super(message);
    this.name = 'ApiFault';
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }

  /** What was asked for is older than what the server remembers. */
  get isGone(): boolean {
    return this.code === 410;
  }

  /** There is no such resource. */
  get isAbsent(): boolean {
    return this.code === 404;
  }

  /** What was asked for is newer than what the server has: it lags, or it was restored from a backup. */
  get isAhead(): boolean {
    return /too large resource version/i.test(this.message);
  }
}
