/**
 * From a new plan at the agent to the kernel's acknowledgement of it: classify, render, realize. One address elsewhere comes or goes in a
 * group that policies of this node ask for. Needs root: it works in a network namespace of its own.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import type { Bench } from './bench.ts';
import { inChild, medians } from './in-child.ts';

const runs = 3;

export const enforceLatency: Bench = {
  name: 'enforce-latency',
  what: 'a changed plan at an agent with 250 endpoints, until the kernel has acknowledged it',
  workload: { endpoints: 250, pods: 5_000, policies: 1_000, rounds: 95, runs },
  run: (say) => {
    const name = `firsthop-bench-${process.pid}-enforce`;
    return medians(
      Array.from({ length: runs }, (_, i) => {
        say(`run ${i + 1} of ${runs}`);
        execFileSync('ip', ['netns', 'add', name]);
        try {
          return inChild('enforce-once.ts', name);
        } finally {
          execFileSync('ip', ['netns', 'del', name]);
        }
      }),
    );
  },
};
