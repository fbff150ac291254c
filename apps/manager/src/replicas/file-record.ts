/**
 * A shared record as files in a folder that all managers see: each version is a file of its own, made by `link`, which fails where there is one already.
 * That holds on local file systems and on NFS. Kubernetes will take its place.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { link, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { SharedRecord, Versioned } from './shared-record.ts';

/** A version that was overtaken is still there for so many more: who is late finds a later one, and not a gap to fill. */
const kept = 16;

export class FileRecord<T> implements SharedRecord<T> {
  readonly #folder: string;
  readonly #name: string;
  readonly #schema: z.ZodType<T>;

  constructor(folder: string, name: string, schema: z.ZodType<T>) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#folder = folder;
    this.#name = name;
    this.#schema = schema;
  }

  async read(): Promise<Versioned<T> | undefined> {
    const newest = (await this.#versions()).at(-1);
    if (newest === undefined) return undefined;
    return { value: this.#schema.parse(JSON.parse(await readFile(this.#path(newest), 'utf8'))), version: String(newest) };
  }

  async write(value: T, version: string | undefined): Promise<boolean> {
    const next = Number(version ?? 0) + 1;
    const draft = join(this.#folder, `draft-${this.#name}-${randomUUID()}`);
    try {
      const file = await open(draft, 'wx', 0o600);
      try {
        await file.writeFile(JSON.stringify(value));
        await file.sync();
      } finally {
        await file.close();
      }
      await link(draft, this.#path(next));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(draft, { force: true });
    }
    const versions = await this.#versions();
    for (const old of versions) if (old <= next - kept) await rm(this.#path(old), { force: true });
    // Its place may have been free because it was taken, and left, long ago. What stands there now goes with the next write.
    if ((versions.at(-1) ?? 0) >= next + kept) throw new Error(`${this.#path(next)} was written too late`);
    return true;
  }

  #path(version: number): string {
    return join(this.#folder, `${this.#name}.${version}`);
  }

  /** Ascending. */
  async #versions(): Promise<number[]> {
    const prefix = `${this.#name}.`;
    const names = (await readdir(this.#folder)).filter((name) => name.startsWith(prefix)).map((name) => Number(name.slice(prefix.length)));
    return names.filter((number) => Number.isSafeInteger(number)).sort((a, b) => a - b);
  }
}
