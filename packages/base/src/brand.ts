declare const brand: unique symbol;

/** A plain value with a name of its own, so that two strings of different meaning cannot be mixed up. Minted in one place each. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
