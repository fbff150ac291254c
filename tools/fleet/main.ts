/**
 * `npm run fleet -- [AGENTS] [CHANGES A SECOND] [SECONDS] [--plain] [--bad none|stalled|slow|lying]`: what a manager of so many agents takes on this machine, while one of
 * twenty agents misbehaves (stalled, if nothing is said).
 *
 * @module
 */
import { parseArgs } from 'node:util';
import { type Misbehaviour, misbehaviours } from './misbehaviour.ts';
import { runFleet } from './run-fleet.ts';

const { values, positionals } = parseArgs({ options: { plain: { type: 'boolean', default: false }, bad: { type: 'string', default: 'stalled' } }, allowPositionals: true });
const [agents = 1000, perSecond = 1000, seconds = 10] = positionals.map(Number);
const how = misbehaviours.find((one): one is Misbehaviour => one === values.bad);
if (how === undefined) {
  console.error(`--bad takes one of ${misbehaviours.join(', ')}`);
  process.exit(2);
}
const figures = await runFleet({ agents, perSecond, seconds, bad: { share: 0.05, how }, isPlain: values.plain }, (text) => void process.stderr.write(`${text}\n`));
for (const [key, value] of Object.entries(figures)) console.log(`${key.padEnd(24)} ${Math.round(value * 100) / 100}`);
