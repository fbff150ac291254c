/**
 * Grows a buffer of netlink messages and attributes. Lengths are filled in when what they measure is closed, so nothing is built twice.
 *
 * Headers are in the host's order, which is little-endian wherever Node runs; what an attribute holds is its codec's affair.
 *
 * @module
 */

/** Messages and attributes begin at multiples of it. */
const alignment = 4;

export const aligned = (length: number): number => (length + alignment - 1) & ~(alignment - 1);

export class Writer {
  #bytes: Buffer;
  #length = 0;

  /** Of Node's pool where it is small: whatever is taken is written, padding too. */
  constructor(room = 1024) {
    this.#bytes = Buffer.allocUnsafe(room);
  }

  get length(): number {
    return this.#length;
  }

  /** Not a copy: good until more is written. */
  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  u8(value: number): void {
    const at = this.#take(1);
    this.#bytes[at] = value;
  }

  u16(value: number): void {
    const at = this.#take(2);
    this.#bytes.writeUInt16LE(value, at);
  }

  u16be(value: number): void {
    const at = this.#take(2);
    this.#bytes.writeUInt16BE(value, at);
  }

  u32(value: number): void {
    const at = this.#take(4);
    this.#bytes.writeUInt32LE(value >>> 0, at);
  }

  u32be(value: number): void {
    const at = this.#take(4);
    this.#bytes.writeUInt32BE(value >>> 0, at);
  }

  u64be(value: bigint): void {
    const at = this.#take(8);
    this.#bytes.writeBigUInt64BE(value, at);
  }

  raw(bytes: Uint8Array): void {
    const at = this.#take(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** UTF-8, without an end mark. */
  text(text: string): void {
    const at = this.#take(Buffer.byteLength(text));
    this.#bytes.write(text, at);
  }

  /** Begins an attribute; `end` gets what it answers. */
  begin(type: number): number {
    const at = this.#take(4);
    this.#bytes.writeUInt16LE(type, at + 2);
    return at;
  }

  end(at: number): void {
    this.#bytes.writeUInt16LE(this.#length - at, at);
    this.#pad();
  }

  /** Begins a message; `endMessage` gets what it answers. */
  beginMessage(type: number, flags: number, sequence: number): number {
    const at = this.#take(16);
    this.#bytes.writeUInt16LE(type, at + 4);
    this.#bytes.writeUInt16LE(flags, at + 6);
    this.#bytes.writeUInt32LE(sequence >>> 0, at + 8);
    this.#bytes.writeUInt32LE(0, at + 12);
    return at;
  }

  endMessage(at: number): void {
    this.#bytes.writeUInt32LE(this.#length - at, at);
    this.#pad();
  }

  /** More flags for a message that was begun there. */
  addFlags(at: number, flags: number): void {
    this.#bytes.writeUInt16LE(this.#bytes.readUInt16LE(at + 6) | flags, at + 6);
  }

  #pad(): void {
    const missing = aligned(this.#length) - this.#length;
    if (missing === 0) return;
    const at = this.#take(missing);
    this.#bytes.fill(0, at, this.#length);
  }

  #take(count: number): number {
    const at = this.#length;
    if (at + count > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, at + count));
      this.#bytes.copy(larger, 0, 0, at);
      this.#bytes = larger;
    }
    this.#length = at + count;
    return at;
  }
}
