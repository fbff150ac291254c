/**
 * The `nft` program of a simulated machine: the same arguments, standard input and answers, for what our data plane asks of it.
 *
 * @module
 */
import { applyBatch, type Tables } from './batch.ts';
import { listCounters, listTable } from './listing.ts';
import type { SimTable } from './tables.ts';

export interface ProgramAnswer {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

const answer = (out: string): ProgramAnswer => ({ code: 0, out, error: '' });
const refused = (error: string): ProgramAnswer => ({ code: 1, out: '', error });

export class SimulatedNft {
  #tables: Tables = new Map();

  /** Of one family. */
  tables(family: 'inet' | 'bridge'): SimTable[] {
    return [...this.#tables].filter(([id]) => id.startsWith(`${family} `)).map(([, table]) => table);
  }

  run(args: readonly string[], input = ''): ProgramAnswer {
    const words = args.filter((word) => word !== '-s' && word !== '-p');
    if (words.join(' ') === '-f -') return this.#apply(input);
    const [verb, what, ...rest] = words;
    const id = (what === 'counters' ? rest.slice(1) : rest).join(' ');
    if (verb !== 'list' || (what !== 'table' && what !== 'counters')) return refused(`Error: the simulated kernel does not know "nft ${args.join(' ')}"`);
    const table = this.#tables.get(id);
    if (table === undefined) return refused(`Error: No such file or directory\nlist table ${id}`);
    return answer(what === 'table' ? listTable(id, table) : listCounters(id, table));
  }

  #apply(input: string): ProgramAnswer {
    const applied = applyBatch(this.#tables, input);
    if ('error' in applied) return refused(applied.error);
    this.#tables = applied.tables;
    return answer('');
  }
}
