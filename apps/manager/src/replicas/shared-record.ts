/**
 * One value that all managers of a cluster share, and that nobody overwrites unseen. A Kubernetes object is one, its resourceVersion the version.
 *
 * @module
 */
export interface Versioned<T> {
  readonly value: T;
  /** Of no meaning but to be told from others. */
  readonly version: string;
}

export interface SharedRecord<T> {
  /** Undefined: it was never written. Rejects where nobody can say. */
  read(): Promise<Versioned<T> | undefined>;
  /** Takes the place of what has that version; `undefined`: of nothing. False: it is another one by now, and nothing was written. Rejects where it may have been written, or not. */
  write(value: T, version: string | undefined): Promise<boolean>;
}
