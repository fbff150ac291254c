/**
 * Elements of a set or map whose keys are single addresses: held as numbers, and as text only for whoever asks. A hundred thousand of them are a
 * megabyte, where as many texts take ten.
 *
 * Values are few, so that each is there once.
 *
 * @module
 */
import { type Address, AddressMap, type Family, familyOf, formatAddress, parseAddress } from '@firsthop/netaddr';

export class AddressElements implements ReadonlyMap<string, string> {
  readonly #family: Family;
  /** From an address to the place of its value. */
  #places: AddressMap = new AddressMap();
  readonly #values: string[] = [];
  readonly #placeOf = new Map<string, number>();

  constructor(family: Family) {
    this.#family = family;
  }

  get size(): number {
    return this.#places.size;
  }

  /** `value`: '' in a set. */
  put(address: Address, value: string): void {
    if (familyOf(address) !== this.#family) throw new TypeError(`${formatAddress(address)} is no address of IPv${this.#family}`);
    const known = this.#placeOf.get(value);
    const place = known ?? this.#values.push(value) - 1;
    if (known === undefined) this.#placeOf.set(value, place);
    this.#places.set(address, place);
  }

  /** Undefined: it is not there. */
  at(address: Address): string | undefined {
    const place = this.#places.get(address);
    return place === undefined ? undefined : this.#values[place];
  }

  /** False: the key is no address of this family. */
  take(key: string, value: string): boolean {
    const address = this.#parse(key);
    if (address !== undefined) this.put(address, value);
    return address !== undefined;
  }

  set(key: string, value: string): this {
    if (!this.take(key, value)) throw new TypeError(`"${key}" is no address of IPv${this.#family}`);
    return this;
  }

  delete(key: string): boolean {
    const address = this.#parse(key);
    return address !== undefined && this.#places.delete(address);
  }

  get(key: string): string | undefined {
    const address = this.#parse(key);
    return address === undefined ? undefined : this.at(address);
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  /** That nobody else changes. */
  copy(): AddressElements {
    const made = new AddressElements(this.#family);
    made.#places = AddressMap.from(this.#places);
    for (const [place, value] of this.#values.entries()) {
      made.#values.push(value);
      made.#placeOf.set(value, place);
    }
    return made;
  }

  /** Those whose value is another one there, or that are not there. */
  *otherThanIn(others: AddressElements | undefined): Generator<[string, string], undefined> {
    for (const [address, place] of this.#places) {
      const value = this.#values[place] ?? '';
      if (others?.at(address) !== value) yield [formatAddress(address), value];
    }
    return undefined;
  }

  entries(): Generator<[string, string], undefined> {
    return this.otherThanIn(undefined);
  }

  *keys(): Generator<string, undefined> {
    for (const address of this.#places.keys()) yield formatAddress(address);
    return undefined;
  }

  *values(): Generator<string, undefined> {
    for (const place of this.#places.values()) yield this.#values[place] ?? '';
    return undefined;
  }

  [Symbol.iterator](): Generator<[string, string], undefined> {
    return this.entries();
  }

  forEach(take: (value: string, key: string, map: ReadonlyMap<string, string>) => void): void {
    for (const [key, value] of this.entries()) take(value, key, this);
  }

  #parse(key: string): Address | undefined {
    const parsed = parseAddress(key);
    return parsed.ok && familyOf(parsed.value) === this.#family ? parsed.value : undefined;
  }
}
