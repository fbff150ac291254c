/** The object itself behind the face of a Map: a copy of every object that is read would cost more than the reading. */
class OwnMembers implements ReadonlyMap<string, unknown> {
  readonly #object: Readonly<Record<string, unknown>>;

  constructor(object: Readonly<Record<string, unknown>>) {
    this.#object = object;
  }

  get size(): number {
    return Object.keys(this.#object).length;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#object, key);
  }

  get(key: string): unknown {
    return Object.hasOwn(this.#object, key) ? this.#object[key] : undefined;
  }

  forEach(call: (value: unknown, key: string, map: ReadonlyMap<string, unknown>) => void): void {
    for (const [key, value] of this) call(value, key, this);
  }

  keys(): MapIterator<string> {
    return Object.keys(this.#object).values();
  }

  values(): MapIterator<unknown> {
    return Object.values(this.#object).values();
  }

  entries(): MapIterator<[string, unknown]> {
    return Object.entries(this.#object).values();
  }

  [Symbol.iterator](): MapIterator<[string, unknown]> {
    return this.entries();
  }
}

/**
 * Own members of a plain object, as a Map; undefined for anything else. The one way in for objects that others wrote:
 * it does not fall through to a prototype, so `constructor` is absent unless somebody really wrote it.
 */
export const readRecord = (raw: unknown): ReadonlyMap<string, unknown> | undefined => (typeof raw !== 'object' || raw === null || Array.isArray(raw) ? undefined : new OwnMembers(raw as Readonly<Record<string, unknown>>));

/** Text of somebody else's making, for a message: quoted, short, without control characters. */
export const quoteForeign = (text: string, limit = 64): string => {
  const start = text.slice(0, limit).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
  return text.length > limit ? `"${start}…" (${text.length} characters)` : `"${start}"`;
};
