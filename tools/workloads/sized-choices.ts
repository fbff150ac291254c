import type { Random } from '../bench/random.ts';

interface Choice<T> {
  readonly what: T;
  size: number;
}

/** Things by their size, which is how often each was counted; to be asked for one whose size is next to a wish. */
export class SizedChoices<T> {
  readonly #choices = new Map<string, Choice<T>>();
  #bySize: ReadonlyMap<number, readonly T[]> | undefined;
  #sizes: readonly number[] = [];

  /** Equal things are one. */
  count(what: T): void {
    const key = JSON.stringify(what);
    const choice = this.#choices.get(key);
    if (choice === undefined) this.#choices.set(key, { what, size: 1 });
    else choice.size++;
    this.#bySize = undefined;
  }

  /** One of those whose size is the nearest to `wish`, each as likely as the other. */
  nearest(wish: number, random: Random): T {
    const bySize = (this.#bySize ??= this.#sort());
    let best = this.#sizes[0] ?? 0;
    for (const size of this.#sizes) if (Math.abs(size - wish) < Math.abs(best - wish)) best = size;
    const of = bySize.get(best) ?? [];
    const one = of[random(of.length)];
    if (one === undefined) throw new Error('nothing was counted');
    return one;
  }

  #sort(): ReadonlyMap<number, readonly T[]> {
    const bySize = Map.groupBy(this.#choices.values(), ({ size }) => size);
    this.#sizes = [...bySize.keys()].sort((a, b) => a - b);
    return new Map([...bySize].map(([size, choices]) => [size, choices.map(({ what }) => what)]));
  }
}
