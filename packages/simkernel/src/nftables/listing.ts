/**
 * Tables in the form in which `nft -s -p list table` and `nft list counters` print them.
 *
 * @module
 */
import type { SimChain, SimSet, SimTable } from './tables.ts';

const block = (head: string, lines: readonly string[]): string => [`\t${head} {`, ...lines.map((line) => `\t\t${line}`), '\t}'].join('\n');

const setLines = ({ typeText, isInterval, elements }: SimSet): string[] => [
  typeText.startsWith('typeof ') ? typeText : `type ${typeText}`,
  ...(isInterval ? ['flags interval'] : []),
  ...(elements.size === 0 ? [] : [`elements = { ${[...elements.values()].map(({ text, verdictText }) => (verdictText === undefined ? text : `${text} : ${verdictText}`)).join(', ')} }`]),
];

const chainLines = ({ base, rules }: SimChain): string[] => [...(base === undefined ? [] : [base.text]), ...rules.map(({ text }) => text)];

export const listTable = (id: string, { counters, sets, chains }: SimTable): string =>
  [
    `table ${id} {`,
    ...[...counters.keys()].map((name) => block(`counter ${name}`, [])),
    ...[...sets].map(([name, set]) => block(`${set.isMap ? 'map' : 'set'} ${name}`, setLines(set))),
    ...[...chains].map(([name, chain]) => block(`chain ${name}`, chainLines(chain))),
    '}',
    '',
  ].join('\n');

export const listCounters = (id: string, { counters }: SimTable): string =>
  [`table ${id} {`, ...[...counters].map(([name, { packets, bytes }]) => block(`counter ${name}`, [`packets ${packets} bytes ${bytes}`])), '}', ''].join('\n');
