/**
 * An agent's data plane that begins anew, with 120,000 rules in the kernel: nothing was changed, somebody changed something of his own, or
 * everything is lost. Needs root.
 *
 * @module
 */
import { Dataplane, netlinkPort, type Outcome } from '@firsthop/dataplane';
import { ipv4 } from '@firsthop/netaddr';
import { registerEncoding, renderRuleset } from '@firsthop/ruleset';
import { execFileSync } from 'node:child_process';
import type { Bench } from './bench.ts';
import { manyRules } from './many-rules.ts';

const rules = 120_000;
const rounds = 5;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const nft = (netns: string, ...args: readonly string[]): void => void execFileSync('ip', ['netns', 'exec', netns, 'nft', ...args]);

export const dataplaneRestart: Bench = {
  name: 'dataplane-restart',
  what: 'a data plane that begins anew beside 120,000 rules in the kernel',
  workload: { rules, rounds, encoding: 'registers' },
  run: async (say) => {
    const netns = `firsthop-bench-${process.pid}`;
    execFileSync('ip', ['netns', 'add', netns]);
    try {
      const tables = manyRules({ rules, endpoint: ipv4(0x0a00_0001) });
      const state = renderRuleset({ tables, bindings: [{ endpoint: 'e', via: { kind: 'routed', device: 'bench0' } }], host: { exclusivePrefixes: [] } }, registerEncoding());
      /** As a process that has just begun: what it knows of the kernel is what the last one left. */
      const begin = async (left: Outcome | undefined): Promise<{ readonly ms: number; readonly outcome: Outcome }> => {
        const port = netlinkPort({ netns });
        const started = performance.now();
        const outcome = await new Dataplane(port, left !== undefined && !('error' in left) ? left.witness : undefined).realize(state);
        const ms = performance.now() - started;
        port.close();
        if ('error' in outcome) throw new Error(outcome.error);
        return { ms, outcome };
      };
      const times: Record<'reload' | 'unchanged' | 'stranger', number[]> = { reload: [], unchanged: [], stranger: [] };
      for (let i = 0; i < rounds; i++) {
        say(`round ${i + 1} of ${rounds}`);
        nft(netns, 'flush', 'ruleset');
        const first = await begin(undefined);
        times.reload.push(first.ms);
        const second = await begin(first.outcome);
        if ('error' in second.outcome || second.outcome.changes !== 0) throw new Error('something was changed where nothing had to be');
        times.unchanged.push(second.ms);
        nft(netns, 'add', 'table', 'ip', `stranger${i}`);
        times.stranger.push((await begin(first.outcome)).ms);
      }
      return { unchanged_ms: median(times.unchanged), reload_ms: median(times.reload), others_changed_ms: median(times.stranger) };
    } finally {
      execFileSync('ip', ['netns', 'del', netns]);
    }
  },
};
