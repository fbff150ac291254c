/** Ctrl-C: an end like another. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
