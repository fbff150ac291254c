/**
 * What the agent costs a node that does nothing: the bundled file, with a plan on its disk for 250 endpoints (interfaces and routes are there) whose
 * policies name 100,000 addresses elsewhere. Needs root: it works in a network namespace of its own.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import type { Bench } from './bench.ts';
import { inChild } from './in-child.ts';

export const agentFootprint: Bench = {
  name: 'agent-footprint',
  what: 'memory and idle CPU of the bundled agent, 250 endpoints, 100,000 remote addresses',
  workload: { endpoints: 250, remote_addresses: 100_000, policies: 100, settle_s: 15, idle_s: 20 },
  run: (say) => {
    const name = `firsthop-bench-${process.pid}-foot`;
    execFileSync('ip', ['netns', 'add', name]);
    try {
      say('bundling, compiling the plan, settling');
      return inChild('footprint-once.ts', name);
    } finally {
      execFileSync('ip', ['netns', 'del', name]);
    }
  },
};
