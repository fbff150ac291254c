/**
 * Addresses of one family, each with a number or without: a hash table in typed columns. A hundred thousand addresses take about a megabyte,
 * which the collector never walks through; a `Map` of as many takes four times that, and what it maps to besides.
 *
 * @module
 */
import type { Address, Family } from '../address.ts';
import { hashOf, type KeyColumn, keyColumn } from './key-column.ts';

const leastLength = 8;
/** Fuller than this, what is looked for would stand far from its place; emptier than that, room is wasted. */
const [fullest, emptiest] = [0.8, 0.1];

export class AddressTable {
  readonly #family: Family;
  #keys: KeyColumn<Address>;
  /** Of each place: somebody is there. */
  #taken: Uint8Array;
  /** Undefined: no address has a number. */
  #numbers: Uint32Array | undefined;
  #size = 0;

  constructor(family: Family, hasNumbers: boolean) {
    this.#family = family;
    this.#keys = keyColumn(family, leastLength);
    this.#taken = new Uint8Array(leastLength);
    if (hasNumbers) this.#numbers = new Uint32Array(leastLength);
  }

  get size(): number {
    return this.#size;
  }

  has(address: Address): boolean {
    return this.#taken[this.#placeOf(address)] === 1;
  }

  /** Undefined: it is not there, or this is a table without numbers. */
  get(address: Address): number | undefined {
    const place = this.#placeOf(address);
    return this.#taken[place] === 1 ? this.#numbers?.[place] : undefined;
  }

  /** `number`: 32 bits, without a sign. */
  set(address: Address, number: number): void {
    let place = this.#placeOf(address);
    if (this.#taken[place] !== 1) {
      if (this.#size + 1 > fullest * this.#taken.length) {
        this.#resize(2 * this.#taken.length);
        place = this.#placeOf(address);
      }
      this.#size++;
      this.#taken[place] = 1;
      this.#keys.put(place, address);
    }
    if (this.#numbers !== undefined) this.#numbers[place] = number;
  }

  /** Whether it was there. */
  delete(address: Address): boolean {
    const place = this.#placeOf(address);
    if (this.#taken[place] !== 1) return false;
    this.#close(place);
    this.#size--;
    if (this.#taken.length > leastLength && this.#size < emptiest * this.#taken.length) this.#resize(this.#taken.length / 2);
    return true;
  }

  /** Where it stands next, from a place on; -1 behind the last one. Nothing may come or go between two calls. */
  nextPlace(from: number): number {
    return this.#taken.indexOf(1, from);
  }

  addressAt(place: number): Address {
    return this.#keys.at(place);
  }

  numberAt(place: number): number {
    return this.#numbers?.[place] ?? 0;
  }

  copy(): AddressTable {
    const made = new AddressTable(this.#family, false);
    made.#keys = this.#keys.copy();
    made.#taken = this.#taken.slice();
    made.#numbers = this.#numbers?.slice();
    made.#size = this.#size;
    return made;
  }

  /** In tables of different lengths the order is another one: whoever fills one from the other would else make heaps in it. */
  #homeOf(address: Address): number {
    return hashOf(address, this.#taken.length) & (this.#taken.length - 1);
  }

  /** Where an address stands, or where it would. */
  #placeOf(address: Address): number {
    const mask = this.#taken.length - 1;
    let place = this.#homeOf(address);
    while (this.#taken[place] === 1 && !this.#keys.isAt(place, address)) place = (place + 1) & mask;
    return place;
  }

  /** A hole would hide whoever had to go further because of it: they move up. */
  #close(hole: number): void {
    const mask = this.#taken.length - 1;
    let open = hole;
    for (let place = (hole + 1) & mask; this.#taken[place] === 1; place = (place + 1) & mask) {
      const home = this.#homeOf(this.#keys.at(place));
      // Its own place lies behind the hole, so that it is found where it is.
      if (((place - home) & mask) < ((place - open) & mask)) continue;
      this.#keys.move(place, open);
      if (this.#numbers !== undefined) this.#numbers[open] = this.#numbers[place] ?? 0;
      open = place;
    }
    this.#taken[open] = 0;
  }

  #resize(length: number): void {
    const [keys, taken, numbers] = [this.#keys, this.#taken, this.#numbers];
    this.#keys = keyColumn(this.#family, length);
    this.#taken = new Uint8Array(length);
    if (numbers !== undefined) this.#numbers = new Uint32Array(length);
    for (let from = taken.indexOf(1); from >= 0; from = taken.indexOf(1, from + 1)) {
      const address = keys.at(from);
      const place = this.#placeOf(address);
      this.#taken[place] = 1;
      this.#keys.put(place, address);
      if (this.#numbers !== undefined) this.#numbers[place] = numbers?.[from] ?? 0;
    }
  }
}
