/**
 * Worlds as JSON and back. What JSON does not have is an object with the one key `@`, which no object of ours has:
 *   Map    {"@":["map",[key,value],...]}
 *   Set    {"@":["set",value,...]}
 *   bigint {"@":["bigint","123"]}
 *
 * @module
 */
const written = (value: unknown): unknown => {
  if (typeof value === 'bigint') return { '@': ['bigint', String(value)] };
  if (value instanceof Map) return { '@': ['map', ...[...value].map(([key, one]) => [written(key), written(one)])] };
  if (value instanceof Set) return { '@': ['set', ...[...value].map(written)] };
  if (Array.isArray(value)) return value.map(written);
  if (typeof value !== 'object' || value === null) return value;
  if ('@' in value) throw new Error('an object with the key @ has another meaning here');
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, written(one)]));
};

const special = ([kind, ...parts]: readonly unknown[]): unknown => {
  switch (kind) {
    case 'bigint':
      return BigInt(String(parts[0]));
    case 'set':
      return new Set(parts.map(read));
    case 'map':
      return new Map((parts as [unknown, unknown][]).map(([key, one]) => [read(key), read(one)]));
    default:
      throw new Error(`${String(kind)} is nothing that is written here`);
  }
};

const read = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(read);
  if (typeof value !== 'object' || value === null) return value;
  if ('@' in value) return special(value['@'] as readonly unknown[]);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, read(one)]));
};

export const encodePlain = (value: unknown): string => JSON.stringify(written(value));
export const decodePlain = (text: string): unknown => read(JSON.parse(text));
