/**
 * The key of a row: group and profile.
 *
 * @module
 */
import { numberText } from './numbers.ts';

/** A constant in front of the others covers them from nft, which cannot print registers that a map has filled. */
const COVER = numberText(1);

/** Both as `numberText` writes them. */
export const rowKey = (group: string, profile: string): string => `${COVER} . ${group} . ${profile}`;
