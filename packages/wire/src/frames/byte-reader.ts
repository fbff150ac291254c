/**
 * Bytes of somebody else, read one thing after another. Whatever does not fit is a fault, and nothing is made room for before it is known to be there.
 *
 * @module
 */
export class FrameFault extends Error {
  override readonly name = 'FrameFault';
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #what: string;
  #at = 0;

  /** `what`: for people, where something does not fit. */
  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#what = what;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.byteLength;
  }

  fault(why: string): FrameFault {
    return new FrameFault(`${this.#what}: ${why}, at byte ${this.#at}`);
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  /** How many things of `size` bytes follow. */
  count(size: number, most: number): number {
    const count = this.u32();
    if (count > most) throw this.fault(`${count} of something of which ${most} are allowed`);
    if (count * size > this.#bytes.byteLength - this.#at) throw this.fault('it ends too early');
    return count;
  }

  /** The next ones, where they stand. */
  bytes(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  rest(): Uint8Array {
    return this.bytes(this.#bytes.byteLength - this.#at);
  }

  json(): unknown {
    try {
      return JSON.parse(utf8.decode(this.rest()));
    } catch {
      throw this.fault('no JSON text');
    }
  }

  #take(length: number): number {
    const at = this.#at;
    if (length > this.#bytes.byteLength - at) throw this.fault('it ends too early');
    this.#at = at + length;
    return at;
  }
}
