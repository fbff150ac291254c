/**
 * Addresses of one family in typed columns, by place. What stands at a place that nobody has put an address at means nothing.
 *
 * @module
 */
import { type Address, type Family, ipv4, type Ipv4, ipv6, type Ipv6 } from '../address.ts';

export interface KeyColumn<A extends Address> {
  readonly length: number;
  put(place: number, address: A): void;
  at(place: number): A;
  isAt(place: number, address: A): boolean;
  move(from: number, to: number): void;
  copy(): KeyColumn<A>;
}

class Ipv4Column implements KeyColumn<Ipv4> {
  readonly #keys: Uint32Array;

  constructor(keys: Uint32Array) {
    this.#keys = keys;
  }

  get length(): number {
    return this.#keys.length;
  }

  put(place: number, address: Ipv4): void {
    this.#keys[place] = address;
  }

  at(place: number): Ipv4 {
    return ipv4(this.#keys[place] ?? 0);
  }

  isAt(place: number, address: Ipv4): boolean {
    return this.#keys[place] === address;
  }

  move(from: number, to: number): void {
    this.#keys[to] = this.#keys[from] ?? 0;
  }

  copy(): Ipv4Column {
    return new Ipv4Column(this.#keys.slice());
  }
}

class Ipv6Column implements KeyColumn<Ipv6> {
  /** Two halves for each address, the upper one first. */
  readonly #halves: BigUint64Array;

  constructor(halves: BigUint64Array) {
    this.#halves = halves;
  }

  get length(): number {
    return this.#halves.length / 2;
  }

  put(place: number, address: Ipv6): void {
    this.#halves[2 * place] = address >> 64n;
    this.#halves[2 * place + 1] = BigInt.asUintN(64, address);
  }

  at(place: number): Ipv6 {
    return ipv6(((this.#halves[2 * place] ?? 0n) << 64n) | (this.#halves[2 * place + 1] ?? 0n));
  }

  isAt(place: number, address: Ipv6): boolean {
    return this.#halves[2 * place + 1] === BigInt.asUintN(64, address) && this.#halves[2 * place] === address >> 64n;
  }

  move(from: number, to: number): void {
    this.#halves.copyWithin(2 * to, 2 * from, 2 * from + 2);
  }

  copy(): Ipv6Column {
    return new Ipv6Column(this.#halves.slice());
  }
}

export const keyColumn = (family: Family, length: number): KeyColumn<Address> =>
  (family === 4 ? new Ipv4Column(new Uint32Array(length)) : new Ipv6Column(new BigUint64Array(2 * length))) as unknown as KeyColumn<Address>;

/** Every bit of the result depends on every bit that goes in. */
const mixed = (word: number): number => {
  let bits = Math.imul(word ^ (word >>> 16), 0x85eb_ca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
};

/** 32 bits of an address; `seed`: others for another one. */
export const hashOf = (address: Address, seed: number): number => {
  if (typeof address === 'number') return mixed(address ^ seed);
  let bits = seed;
  for (let rest = address as bigint, i = 0; i < 4; i++, rest >>= 32n) bits = mixed(bits ^ Number(BigInt.asUintN(32, rest)));
  return bits;
};
