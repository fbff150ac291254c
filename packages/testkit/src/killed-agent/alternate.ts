/** Arguments: NAMESPACE whole|halves. Makes the kernel equal to the one state and the other, again and again, until it is killed. */
import { Dataplane, type KernelPort, netlinkPort } from '@firsthop/dataplane';
import { flushCompileCache } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { states } from './two-states.ts';

const [netns = '', how] = process.argv.slice(2);
const real = netlinkPort({ netns });

/** As one should not: the first half of a change, and a while later the other. */
const halves: KernelPort = {
  ...real,
  apply: async (lines) => {
    const middle = lines.findIndex((line) => line.startsWith('add element'));
    // What comes before anything leads to it may come in as many pieces as it likes.
    if (middle < 1 || lines.some((line) => line.startsWith('add chain'))) return real.apply(lines);
    const first = await real.apply(lines.slice(0, middle));
    await delay(50);
    return first.ok ? real.apply(lines.slice(middle)) : first;
  },
};

const dataplane = new Dataplane(how === 'halves' ? halves : real);
for (let i = 0; ; i++) {
  const done = await dataplane.realize(states[i % 2 === 0 ? 'a' : 'b']);
  if ('error' in done) throw new Error(done.error);
  if (i !== 1) continue;
  // Where there is a cache (on a slow machine): whoever is killed keeps nothing for the next one.
  flushCompileCache();
  console.log('ready');
}
