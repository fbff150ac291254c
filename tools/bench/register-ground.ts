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
/** Of the sample's denying decision. */
const denied = `c_${'d'.repeat(16)}`;
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

const hex = (i: number): string => (0xbe000000 + i).toString(16);

/** Rows that nothing leads to, each with a chain and so many cells. */
export const addRows = async (ground: RegisterGround, rows: number, cells: number): Promise<void> => {
  const rowsAtOnce = Math.max(1, Math.floor(atOnce / cells));
  for (let begun = 0; begun < rows; begun += rowsAtOnce) {
    const part = Array.from({ length: Math.min(rowsAtOnce, rows - begun) }, (_, i) => hex(begun + i));
    const elements = Array.from({ length: cells }, (_, i) => `6 . ${i + 1}`).join(', ');
    await apply(ground, part.flatMap((row) => [
      `add chain ${at} w_${row}`,
      `add set ${at} c_${row}_allow { type inet_proto . inet_service; size ${cells}; counter; }`,
      `add element ${at} c_${row}_allow { ${elements} }`,
      `add rule ${at} w_${row} registers cells ports ${row} allow accept`,
      `add rule ${at} w_${row} counter name "${denied}" goto v_drop`,
    ]));
  }
};
