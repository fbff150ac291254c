/**
 * Own members of a plain object, as a Map; undefined for anything else. The one way in for objects that others wrote:
 * a Map has no prototype to fall through to, so `constructor` is absent unless somebody really wrote it.
 */
export const readRecord = (raw: unknown): ReadonlyMap<string, unknown> | undefined => {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return undefined;
  return new Map(Object.entries(raw));
};

/** Text of somebody else's making, for a message: quoted, short, without control characters. */
export const quoteForeign = (text: string, limit = 64): string => {
  const start = text.slice(0, limit).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
  return text.length > limit ? `"${start}…" (${text.length} characters)` : `"${start}"`;
};
