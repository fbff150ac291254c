/** Arguments: BEFORE AFTER. Prints figures as JSON. */
import { differences } from '@firsthop/analysis';
import { loadFolder, peakMegabytes, timed } from './load-folder.ts';

const [before, beforeMs] = timed(() => loadFolder(process.argv[2] ?? ''));
const [after, afterMs] = timed(() => loadFolder(process.argv[3] ?? ''));
const [found, wall_ms] = timed(() => differences(before, after));
console.log(JSON.stringify({ wall_ms, load_ms: beforeMs + afterMs, rss_mb: peakMegabytes(), differences: found.length }));
