/**
 * A map from addresses of both families to numbers, for very many of them. It is read like any other map; in which order is its own affair.
 *
 * @module
 */
import { type Address, familyOf } from '../address.ts';
import { AddressTable } from './address-table.ts';

export class AddressMap implements ReadonlyMap<Address, number> {
  #four = new AddressTable(4, true);
  #six = new AddressTable(6, true);

  /** A copy that nobody else changes. Numbers are of 32 bits, without a sign. */
  static from(entries: Iterable<readonly [Address, number]>): AddressMap {
    const made = new AddressMap();
    if (entries instanceof AddressMap) [made.#four, made.#six] = [entries.#four.copy(), entries.#six.copy()];
    else for (const [address, number] of entries) made.set(address, number);
    return made;
  }

  get size(): number {
    return this.#four.size + this.#six.size;
  }

  has(address: Address): boolean {
    return this.#of(address).has(address);
  }

  get(address: Address): number | undefined {
    return this.#of(address).get(address);
  }

  set(address: Address, number: number): this {
    this.#of(address).set(address, number);
    return this;
  }

  delete(address: Address): boolean {
    return this.#of(address).delete(address);
  }

  *entries(): Generator<[Address, number], undefined> {
    for (const table of [this.#four, this.#six]) for (let place = table.nextPlace(0); place >= 0; place = table.nextPlace(place + 1)) yield [table.addressAt(place), table.numberAt(place)];
    return undefined;
  }

  *keys(): Generator<Address, undefined> {
    for (const table of [this.#four, this.#six]) for (let place = table.nextPlace(0); place >= 0; place = table.nextPlace(place + 1)) yield table.addressAt(place);
    return undefined;
  }

  *values(): Generator<number, undefined> {
    for (const table of [this.#four, this.#six]) for (let place = table.nextPlace(0); place >= 0; place = table.nextPlace(place + 1)) yield table.numberAt(place);
    return undefined;
  }

  [Symbol.iterator](): Generator<[Address, number], undefined> {
    return this.entries();
  }

  forEach(take: (number: number, address: Address, map: ReadonlyMap<Address, number>) => void): void {
    for (const [address, number] of this.entries()) take(number, address, this);
  }

  #of(address: Address): AddressTable {
    return familyOf(address) === 4 ? this.#four : this.#six;
  }
}
