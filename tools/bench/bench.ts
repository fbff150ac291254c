/** What a benchmark measures, and on what. Names and metrics are those of contracts.md section 4. */
export interface Bench {
  readonly name: string;
  readonly what: string;
  readonly workload: Readonly<Record<string, unknown>>;
  /** What it is fed, for another implementation. Undefined: the cluster that `workload` describes. */
  readonly objects?: () => readonly Readonly<Record<string, unknown>>[];
  /** What happens to it then, in order. */
  readonly events?: () => Iterable<object>;
  /** `say` tells people how far it is. */
  readonly run: (say: (text: string) => void) => Readonly<Record<string, number>> | Promise<Readonly<Record<string, number>>>;
}
