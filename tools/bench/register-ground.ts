/**
 * A judgement in registers of any size, in a network namespace of its own, loaded by the port that an agent writes with.
 *
 * @module
 */
import { type KernelPort, netlinkPort } from '@firsthop/dataplane';
import { diffState, type NftState, sampleRegisterState, TABLE } from '@firsthop/ruleset';
import { execFileSync } from 'node:child_process';

export interface RegisterGround {
  readonly netns: string;
  readonly port: Required<KernelPort>;
}

const at = `inet ${TABLE}`;
/** Elements of one transaction. */
const atOnce = 20_000;

export const makeGround = (netns: string): RegisterGround => {
  execFileSync('ip', ['netns', 'add', netns]);
  return { netns, port: netlinkPort({ netns }) };
};

export const removeGround = ({ netns, port }: RegisterGround): void => {
  port.close();
  execFileSync('ip', ['netns', 'del', netns]);
};

export const apply = async ({ port }: Pick<RegisterGround, 'port'>, lines: readonly string[]): Promise<void> => {
  const done = await port.apply(lines);
  if (!done.ok) throw new Error(done.error);
};

export const begin = async (ground: RegisterGround, state: NftState = sampleRegisterState()): Promise<void> => {
  for (const lines of diffState(new Map(), state, (a, b) => a === b).steps) await apply(ground, lines);
};

/** As many transactions as it takes. */
export const addElements = async (ground: RegisterGround, map: string, elements: Iterable<string>): Promise<void> => {
  let part: string[] = [];
  const flush = async (): Promise<void> => {
    if (part.length > 0) await apply(ground, [`add element ${at} ${map} { ${part.join(', ')} }`]);
    part = [];
  };
  for (const element of elements) if (part.push(element) >= atOnce) await flush();
  await flush();
};

export const numberOfRow = (i: number): string => `200.0.${i >> 8}.${i & 255}`;

/** Rows that nothing leads to yet, each with a chain and so many ports. */
export const addRows = async (ground: RegisterGround, rows: number, cells: number): Promise<void> => {
  const chain = (i: number): string => `w_bench${i}`;
  const lines = Array.from({ length: rows }, (_, i) => [`add chain ${at} ${chain(i)}`, `add rule ${at} ${chain(i)} registers cells port ${numberOfRow(i)}`, `add rule ${at} ${chain(i)} registers cells rest ${numberOfRow(i)}`]).flat();
  for (let i = 0; i < lines.length; i += 3_000) await apply(ground, lines.slice(i, i + 3_000));
  const all = function* (): Generator<string> {
    for (let i = 0; i < rows; i++) {
      for (let port = 1; port < cells; port++) yield `0.0.0.1 . ${numberOfRow(i)} . 6 . ${port} : accept`;
      yield `0.0.0.4 . ${numberOfRow(i)} . 0 . 0 : drop`;
    }
  };
  await addElements(ground, 'cells', all());
};
