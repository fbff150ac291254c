/**
 * Calico's selector language, read: `a == "x" && (b in {"y", "z"} || !has(c))`.
 *
 * @module
 */
export type Expression =
  | { readonly kind: 'all' }
  /** In namespaceSelector: what belongs to no namespace. */
  | { readonly kind: 'global' }
  | { readonly kind: 'has'; readonly key: string }
  /** The label is there and has one of the values. */
  | { readonly kind: 'is'; readonly key: string; readonly values: readonly string[] }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'and'; readonly of: readonly Expression[] }
  | { readonly kind: 'or'; readonly of: readonly Expression[] };

export const all: Expression = { kind: 'all' };
