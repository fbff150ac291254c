import type { Names } from './peer-groups.ts';
import type { Naming } from './naming.ts';

export interface CompilerOptions {
  readonly cluster: string;
  /** `external`: ipBlocks of NetworkPolicy match no pod. Default `all`. */
  readonly ipBlocks?: 'all' | 'external';
  /** What DNS answered. Default: nothing. */
  readonly names?: Names;
  /** How objects of plans are named. Default: by their content, the same everywhere. */
  readonly naming?: Naming;
}
