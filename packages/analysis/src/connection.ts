/**
 * What analyses answer with: parties, connections between them, and how two policy sets differ in these. Plain values that are printed
 * as they are (contracts.md section 1).
 *
 * @module
 */

/**
 * `from` and `to` are names of parties:
 *   shop/web[Deployment]              a workload: all pods of one owner, or a pod without one ([Pod])
 *   vm:db/pg-1, host:n1               a virtual machine, a host
 *   cluster:west/shop/web[Deployment] the same, where several clusters are in play
 *   10.0.0.0-10.0.0.255[External]     a maximal range of outside addresses that is treated alike
 *   {ingress-controller}              whoever serves Ingress objects
 * `allowed` is the exact set: `All`, or `TCP 80,443;UDP 53`. Never empty: a pair without an allowed connection has no line.
 */
export interface Connection {
  readonly from: string;
  readonly to: string;
  readonly allowed: string;
  /** With --explain: which rules allow it, in words, one a line. */
  readonly because?: readonly string[];
}

/** `before` and `after` are `allowed` texts; undefined: nothing is allowed. */
export interface ConnectionDifference {
  readonly change: 'added' | 'removed' | 'changed';
  readonly from: string;
  readonly to: string;
  readonly before?: string;
  readonly after?: string;
}

/** Something about a policy set that its author should look at. */
export interface Finding {
  readonly code: 'INVALID' | 'SHADOWED' | 'UNUSED' | 'CONTRADICTING' | 'OVER_PERMISSIVE' | 'REDUNDANT';
  readonly severity: 'error' | 'warning' | 'note';
  readonly cluster: string;
  readonly policy: { readonly kind: string; readonly namespace?: string; readonly name: string };
  /** From the object's root, as in an error's place. */
  readonly path: readonly (string | number)[];
  /** What it is, and what to do. */
  readonly message: string;
}
