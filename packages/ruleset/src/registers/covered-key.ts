/**
 * Keys whose other parts a map has filled.
 *
 * nft cannot print registers that a map has filled; a constant in front of them, as long as all of them, covers them from it.
 *
 * @module
 */
const COVER = '0.0.0.1';

/** Of a profile in a group's map of rows, as `numberText` writes it. */
export const coveredKey = (number: string): string => `${COVER} . ${number}`;
