/**
 * A frame while it is written: sections one after another into one buffer, which is used again for the next frame, and between them what others have written already.
 *
 * @module
 */
import { type Address, compareAddresses } from '@firsthop/netaddr';
import { FRAME_VERSION, SECTION_HEAD, type SectionKind } from './layout.ts';

/** A whole message in pieces, of which others may have some. Nobody changes them. */
export type Frame = readonly Uint8Array[];

const low = (1n << 64n) - 1n;
const first = 64 * 1024;

export class FrameBuilder {
  #buffer = Buffer.allocUnsafe(first);
  #at = 0;
  /** Of the piece that is being written. */
  #begun = 0;
  /** Of the section that is being written. */
  #section = 0;
  #pieces: Uint8Array[] = [];

  begin(): this {
    [this.#at, this.#begun, this.#pieces] = [0, 0, []];
    this.#buffer[this.#at++] = FRAME_VERSION;
    return this;
  }

  /** Sections only, for `piece`. */
  beginPiece(): this {
    [this.#at, this.#begun, this.#pieces] = [0, 0, []];
    return this;
  }

  section(kind: SectionKind): void {
    this.#room(SECTION_HEAD);
    this.#section = this.#at;
    this.#buffer[this.#at] = kind;
    this.#at += SECTION_HEAD;
  }

  endSection(): void {
    this.#buffer.writeUInt32LE(this.#at - this.#section - SECTION_HEAD, this.#section + 1);
  }

  text(text: string): void {
    // No character takes more than three bytes of UTF-8 for each of its own units.
    this.#room(3 * text.length);
    this.#at += this.#buffer.write(text, this.#at);
  }

  /** Hex digits, two a byte. */
  id(id: string): void {
    this.#room(id.length / 2);
    this.#at += this.#buffer.write(id, this.#at, 'hex');
  }

  /** As `readColumns` reads them. */
  columns(addresses: Iterable<Address>): void {
    const sorted = [...addresses].sort(compareAddresses);
    const six = sorted.findIndex((address) => typeof address !== 'number');
    const four = six < 0 ? sorted.length : six;
    this.#room(8 + 16 * sorted.length);
    this.#at = this.#buffer.writeUInt32LE(four, this.#at);
    for (let i = 0; i < four; i++) this.#at = this.#buffer.writeUInt32LE(sorted[i] as number, this.#at);
    this.#at = this.#buffer.writeUInt32LE(sorted.length - four, this.#at);
    for (let i = four; i < sorted.length; i++) {
      const address = sorted[i] as bigint;
      this.#at = this.#buffer.writeBigUInt64LE(address & low, this.#at);
      this.#at = this.#buffer.writeBigUInt64LE(address >> 64n, this.#at);
    }
  }

  /** Whole sections that somebody else has, too. */
  shared(pieces: Frame): void {
    if (pieces.length === 0) return;
    this.#cut();
    for (const piece of pieces) this.#pieces.push(piece);
  }

  end(): Frame {
    this.#cut();
    return this.#pieces;
  }

  #cut(): void {
    if (this.#at > this.#begun) {
      // `slice` would make a Buffer, which costs as much as all that is written into a small one.
      const piece = new Uint8Array(this.#at - this.#begun);
      this.#buffer.copy(piece, 0, this.#begun, this.#at);
      this.#pieces.push(piece);
    }
    this.#begun = this.#at;
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#buffer.length, this.#at + bytes));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}
