/**
 * Lines that go to the kernel without nft: elements, counters, chains that hang on no hook, and rules that nft has no words for.
 *
 * @module
 */
import { type Batch, ElementList, type NetfilterFamily, objectType } from '@firsthop/netlink';
import { TABLE, type TableFamily } from '@firsthop/ruleset';
import type { ElementCodec } from './element-codec.ts';
import { registerRule, verdict } from './register-rules.ts';
import { setDeclaration } from './set-declaration.ts';
import { verdictOf } from './verdict-words.ts';

export interface Operation {
  readonly family: NetfilterFamily;
  readonly fill: (batch: Batch) => void;
  /** How much there is to do: elements, or one. */
  readonly weight: number;
}

/** How elements of a set are written; undefined: that is not known. */
export type CodecOf = (family: TableFamily, set: string) => ElementCodec | undefined;

const elementLine = new RegExp(`^(add|delete) element (inet|bridge) ${TABLE} (\\S+) \\{ (.+) \\}$`);
const chainLine = new RegExp(`^(add|flush|delete) chain (inet|bridge) ${TABLE} (\\S+)$`);
const setLine = new RegExp(`^add (?:set|map) (inet|bridge) ${TABLE} (\\S+) \\{ type (.+?); (flags interval; )?(?:size (\\d+); )?(counter; )?\\}$`);
const setEnd = new RegExp(`^delete (?:set|map) (inet|bridge) ${TABLE} (\\S+)$`);
const counterLine = new RegExp(`^(add|delete) counter (inet|bridge) ${TABLE} (\\S+)$`);
const ruleLine = new RegExp(`^add rule (inet|bridge) ${TABLE} (\\S+) (.+)$`);

const elementOperation = (line: string, codecOf: CodecOf): Operation | undefined => {
  const [, op, family, set, text] = elementLine.exec(line) ?? [];
  if (set === undefined || text === undefined) return undefined;
  const codec = codecOf(family as TableFamily, set);
  if (codec === undefined) return undefined;
  const list = new ElementList();
  for (const one of text.split(', ')) {
    const colon = one.indexOf(' : ');
    const written = colon < 0 ? codec.write(one, '') : codec.write(one.slice(0, colon), op === 'delete' ? '' : one.slice(colon + 3));
    if (written === undefined) return undefined;
    for (const element of written) list.add(element);
  }
  const values = { table: TABLE, set, pieces: list.pieces() };
  return { family: family as TableFamily, weight: list.count, fill: (batch) => void (op === 'add' ? batch.addElementList(values) : batch.deleteElementList(values)) };
};

let lastSetId = 0;

const setOperation = (line: string): Operation | undefined => {
  const [, gone, old] = setEnd.exec(line) ?? [];
  if (old !== undefined) return { family: gone as TableFamily, weight: 1, fill: (batch) => void batch.deleteSet({ table: TABLE, name: old }) };
  const [, family, name, type, interval, size, counter] = setLine.exec(line) ?? [];
  if (name === undefined || type === undefined) return undefined;
  lastSetId = (lastSetId + 1) % 2 ** 31;
  const declaration = setDeclaration({ name, type, isInterval: interval !== undefined, isCounted: counter !== undefined, size: size === undefined ? undefined : Number(size) }, lastSetId + 1);
  return declaration === undefined ? undefined : { family: family as TableFamily, weight: 1, fill: (batch) => void batch.addSet(declaration) };
};

const chainOperation = (line: string): Operation | undefined => {
  const [, op, family, chain] = chainLine.exec(line) ?? [];
  if (chain === undefined) return undefined;
  const fill = (batch: Batch): void => {
    if (op === 'add') batch.addChain({ table: TABLE, name: chain });
    else if (op === 'flush') batch.deleteRules({ table: TABLE, chain });
    else batch.deleteChain({ table: TABLE, name: chain });
  };
  return { family: family as TableFamily, weight: 1, fill };
};

const counterOperation = (line: string): Operation | undefined => {
  const [, op, family, name] = counterLine.exec(line) ?? [];
  if (name === undefined) return undefined;
  const values = { table: TABLE, name, type: objectType.counter };
  return { family: family as TableFamily, weight: 1, fill: (batch) => void (op === 'add' ? batch.addObject({ ...values, data: {} }) : batch.deleteObject(values)) };
};

const ruleOperation = (line: string): Operation | undefined => {
  const [, family, chain, text] = ruleLine.exec(line) ?? [];
  if (text === undefined || chain === undefined) return undefined;
  const word = verdictOf(text);
  const expressions = registerRule(text) ?? (word === undefined ? undefined : [verdict(word)]);
  return expressions === undefined ? undefined : { family: family as TableFamily, weight: 1, fill: (batch) => void batch.addRule({ table: TABLE, chain, expressions }) };
};

/** Undefined: a line for nft. */
export const operationOf = (line: string, codecOf: CodecOf): Operation | undefined => elementOperation(line, codecOf) ?? ruleOperation(line) ?? chainOperation(line) ?? counterOperation(line) ?? setOperation(line);
