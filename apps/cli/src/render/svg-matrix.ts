/**
 * Who talks to whom as a picture: sources are rows, destinations columns, namespaces boxes. A cell says with its form, not with its
 * colour alone, what it is; its tooltip says the rest.
 *
 * @module
 */
import { plain } from '../terminal.ts';
import { xml } from './escape.ts';
import { groupParties, placeOf } from './party-group.ts';

export type Mark = 'all' | 'some' | 'added' | 'removed' | 'changed';

export interface MatrixCell {
  readonly from: string;
  readonly to: string;
  readonly mark: Mark;
  readonly title: string;
}

const size = 22;
const gap = 10;
const letter = 6.6;

const looks: Readonly<Record<Mark, { readonly fill: string; readonly says: string; readonly draw: (x: number, y: number) => string }>> = {
  all: { fill: '#1f4e8c', says: 'everything', draw: (x, y) => square(x, y, 2) },
  some: { fill: '#5b9bd5', says: 'some ports', draw: (x, y) => square(x, y, 6) },
  added: { fill: '#1a7f37', says: 'added', draw: (x, y) => strokes(x, y, 'M5 11H17M11 5V17') },
  removed: { fill: '#b42318', says: 'removed', draw: (x, y) => strokes(x, y, 'M5 11H17') },
  changed: { fill: '#9a6700', says: 'changed', draw: (x, y) => strokes(x, y, 'M5 13C8 7 11 7 11 11S14 15 17 9') },
};

const square = (x: number, y: number, inset: number): string => `<rect x="${x + inset}" y="${y + inset}" width="${size - 2 * inset}" height="${size - 2 * inset}" rx="2"/>`;
const strokes = (x: number, y: number, path: string): string => `<path transform="translate(${x} ${y})" d="${path}" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round"/>`;

interface Line {
  readonly party: string;
  readonly label: string;
  readonly offset: number;
}

interface Axis {
  readonly lines: readonly Line[];
  readonly groups: readonly { readonly name: string; readonly offset: number; readonly length: number }[];
  readonly length: number;
}

const axisOf = (groups: ReadonlyMap<string, readonly string[]>): Axis => {
  let offset = 0;
  const placed = [...groups].map(([name, parties]) => {
    const start = offset;
    const lines = parties.map((party, i): Line => ({ party, label: plain(placeOf(party).label).slice(0, 48), offset: start + i * size }));
    offset = start + parties.length * size + gap;
    return { name: plain(name).slice(0, 48), lines, offset: start, length: parties.length * size };
  });
  return { lines: placed.flatMap(({ lines }) => lines), groups: placed, length: Math.max(0, offset - gap) };
};

const widest = (texts: readonly string[]): number => Math.ceil(texts.reduce((width, text) => Math.max(width, text.length), 0) * letter) + 12;

interface Frame {
  readonly axis: Axis;
  /** Where the first cell is. */
  readonly left: number;
  readonly top: number;
  readonly at: ReadonlyMap<string, number>;
}

const background = ({ axis, left, top }: Frame): string[] => axis.groups.flatMap((row) => axis.groups.map((column) => `<rect class="box" x="${left + column.offset}" y="${top + row.offset}" width="${column.length}" height="${row.length}"/>`));

const labels = ({ axis, left, top }: Frame): string[] => [
  ...axis.groups.map(({ name, offset, length }) => `<text class="group" x="8" y="${top + offset + length / 2 + 4}">${xml(name)}</text>`),
  ...axis.groups.map(({ name, offset, length }) => `<text class="group" text-anchor="end" transform="translate(${left + offset + length / 2 + 4} 12) rotate(-90)">${xml(name)}</text>`),
  ...axis.lines.map(({ label, offset }) => `<text class="name" text-anchor="end" x="${left - 6}" y="${top + offset + 15}">${xml(label)}</text>`),
  ...axis.lines.map(({ label, offset }) => `<text class="name" transform="translate(${left + offset + 15} ${top - 6}) rotate(-90)">${xml(label)}</text>`),
];

const selves = ({ axis, left, top }: Frame): string[] => axis.lines.map(({ offset }) => `<rect class="self" x="${left + offset}" y="${top + offset}" width="${size}" height="${size}"/>`);

const drawCell = ({ from, to, mark, title }: MatrixCell, { at, left, top }: Frame): string => {
  const x = left + (at.get(to) ?? 0);
  const y = top + (at.get(from) ?? 0);
  return `<g class="${mark}"><title>${xml(title)}</title><rect class="hit" x="${x}" y="${y}" width="${size}" height="${size}"/>${looks[mark].draw(x, y)}</g>`;
};

const legend = (marks: readonly Mark[], y: number): string[] =>
  marks.flatMap((mark, i) => [`<g class="${mark}">${looks[mark].draw(8 + i * 130, y)}</g>`, `<text class="name" x="${36 + i * 130}" y="${y + 15}">${looks[mark].says}</text>`]);

const style = (): string =>
  `text{font-family:system-ui,sans-serif;fill:#1f2328}.name{font-size:11px}.group{font-size:11px;font-weight:600}.box{fill:#f3f5f7;stroke:#c9d1d9}.self{fill:#d8dee4}.hit{fill:transparent}.hit:hover{fill:#ffd33d66}${Object.entries(looks)
    .map(([mark, { fill }]) => `.${mark}{fill:${fill};color:${fill}}`)
    .join('')}`;

/** `parties` also names those that nobody talks to. */
export const renderMatrix = (title: string, cells: readonly MatrixCell[], marks: readonly Mark[], parties: readonly string[] = []): string => {
  const groups = groupParties([...parties, ...cells.flatMap(({ from, to }) => [from, to])]);
  const axis = axisOf(groups);
  const side = widest(axis.groups.map(({ name }) => name)) + widest(axis.lines.map(({ label }) => label));
  const frame: Frame = { axis, left: side, top: side, at: new Map(axis.lines.map(({ party, offset }) => [party, offset])) };
  const width = Math.max(side + axis.length + 12, 24 + marks.length * 130);
  const height = side + axis.length + 44;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${xml(title)}">`,
    `<title>${xml(title)}</title><style>${style()}</style><rect width="100%" height="100%" fill="#ffffff"/>`,
    ...background(frame),
    ...selves(frame),
    ...labels(frame),
    `<text class="name" x="8" y="18">rows: from, columns: to</text>`,
    ...cells.map((cell) => drawCell(cell, frame)),
    ...legend(marks, height - 32),
    '</svg>',
  ].join('\n');
};
