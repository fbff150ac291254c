/**
 * Parties and lines between them for Graphviz, a box per namespace.
 *
 * @module
 */
import { dot } from './escape.ts';
import { groupParties, placeOf } from './party-group.ts';

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  /** `color=…, style=…`; of our own making. */
  readonly look?: string;
}

const box = (group: string, members: readonly string[], index: number): string[] => [`  subgraph cluster_${index} {`, `    label=${dot(group)};`, ...members.map((party) => `    ${dot(party)} [label=${dot(placeOf(party).label)}];`), '  }'];

export const renderDot = (edges: readonly GraphEdge[]): string => {
  const groups = groupParties(edges.flatMap(({ from, to }) => [from, to]));
  return [
    'digraph firsthop {',
    '  rankdir=LR; node [shape=box, fontname="sans-serif", fontsize=11]; edge [fontname="sans-serif", fontsize=9];',
    ...[...groups].flatMap(([group, members], i) => box(group, members, i)),
    ...edges.map(({ from, to, label, look }) => `  ${dot(from)} -> ${dot(to)} [label=${dot(label)}${look === undefined ? '' : `, ${look}`}];`),
    '}',
  ].join('\n');
};
