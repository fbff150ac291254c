/**
 * `npm run fleet -- [AGENTS] [CHANGES A SECOND] [SECONDS] [--plain]`: what a manager of so many agents takes on this machine.
 *
 * @module
 */
import { runFleet } from './run-fleet.ts';

const [agents = 1000, perSecond = 1000, seconds = 10] = process.argv.slice(2).filter((word) => word !== '--plain').map(Number);
const isPlain = process.argv.includes('--plain');
const figures = await runFleet({ agents, perSecond, seconds, stalled: 0.05, isPlain }, (text) => void process.stderr.write(`${text}\n`));
for (const [key, value] of Object.entries(figures)) console.log(`${key.padEnd(24)} ${Math.round(value * 100) / 100}`);
