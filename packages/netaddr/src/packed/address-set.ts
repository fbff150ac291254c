/**
 * Sets of addresses of both families, for very many of them, that never change: a set with some more and some less is another one.
 *
 * @module
 */
import { type Address, familyOf } from '../address.ts';
import { AddressTable } from './address-table.ts';

/** What any set of addresses can be asked: a `Set` of them is one. */
export interface Addresses extends Iterable<Address> {
  readonly size: number;
  has(address: Address): boolean;
}

export class AddressSet implements Addresses {
  #four = new AddressTable(4, false);
  #six = new AddressTable(6, false);

  /** An address that comes twice is there once. */
  static of(addresses: Iterable<Address>): AddressSet {
    if (addresses instanceof AddressSet) return addresses;
    const made = new AddressSet();
    for (const address of addresses) made.#of(address).set(address, 0);
    return made;
  }

  get size(): number {
    return this.#four.size + this.#six.size;
  }

  has(address: Address): boolean {
    return this.#of(address).has(address);
  }

  /** Without those that are gone, and with those that come: in this order. */
  changed(gone: Iterable<Address>, come: Iterable<Address>): AddressSet {
    const made = new AddressSet();
    [made.#four, made.#six] = [this.#four.copy(), this.#six.copy()];
    for (const address of gone) made.#of(address).delete(address);
    for (const address of come) made.#of(address).set(address, 0);
    return made;
  }

  *[Symbol.iterator](): Generator<Address, undefined> {
    for (const table of [this.#four, this.#six]) for (let place = table.nextPlace(0); place >= 0; place = table.nextPlace(place + 1)) yield table.addressAt(place);
    return undefined;
  }

  #of(address: Address): AddressTable {
    return familyOf(address) === 4 ? this.#four : this.#six;
  }
}
