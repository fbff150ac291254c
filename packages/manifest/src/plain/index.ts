export { type LineOf, plainLines, readPlain } from './read-plain.ts';
