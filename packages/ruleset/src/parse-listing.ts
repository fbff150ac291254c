/**
 * Reads what `nft -s -p list table` prints back into a state. What it does not know it keeps as a rule's text, so that a
 * stranger's hand in our table is seen as a difference.
 *
 * @module
 */
import { elementsOf } from './elements/elements.ts';
import { type Chain, emptyTable, type NftMap, type TableState } from './nft-state.ts';

interface Block {
  readonly kind: string;
  readonly name: string;
  readonly lines: readonly string[];
}

/** Blocks of one table: `map x {` to the matching `}` at the same depth. */
const blocksOf = (text: string): Block[] => {
  const blocks: Block[] = [];
  let open: { kind: string; name: string; lines: string[] } | undefined;
  for (const line of text.split('\n')) {
    const head = /^\t(\w+) (\S+) \{$/.exec(line);
    if (open === undefined && head !== null) open = { kind: head[1] ?? '', name: head[2] ?? '', lines: [] };
    else if (line === '\t}' && open !== undefined) {
      blocks.push(open);
      open = undefined;
    } else if (open !== undefined) open.lines.push(line.trim());
  }
  return blocks;
};

export const parseListing = (text: string): TableState => {
  if (text.trim() === '') return emptyTable;
  const blocks = blocksOf(text);
  const ofKind = (...kinds: string[]): Block[] => blocks.filter(({ kind }) => kinds.includes(kind));
  return {
    chains: new Map(ofKind('chain').map((block) => [block.name, parseChain(block)])),
    maps: new Map(ofKind('map', 'set').map((block) => [block.name, parseMap(block)])),
    counters: new Set(ofKind('counter').map(({ name }) => name)),
  };
};

const parseChain = ({ lines }: Block): Chain => {
  const [first] = lines;
  const isBase = first?.startsWith('type ') === true && first.includes(' hook ');
  const rules = (isBase ? lines.slice(1) : lines).filter((line) => line !== '' && !line.startsWith('comment '));
  return isBase && first !== undefined ? { base: first, rules } : { rules };
};

const parseMap = ({ lines }: Block): NftMap => {
  const text = lines.join(' ');
  const type = lines.find((line) => /^type(?:of)? /.test(line))?.replace(/^type /, '') ?? '';
  const inside = /elements = \{ (.*?) \}/.exec(text)?.[1];
  const elements = inside === undefined ? [] : inside.split(',').map((element) => element.trim()).filter(Boolean).map(parseElement);
  const interval = /flags [^}]*interval/.test(text);
  return { type, interval, elements: elementsOf(type, interval, elements) };
};

/** What an element counted is no part of it. */
const COUNT = / counter(?: packets \d+ bytes \d+)?(?= : |$)/;

const parseElement = (listed: string): [string, string] => {
  const text = listed.replace(COUNT, '');
  const colon = text.indexOf(' : ');
  return colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 3)];
};
