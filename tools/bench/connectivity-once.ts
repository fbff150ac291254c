/** Arguments: FOLDER. Prints figures as JSON. */
import { connectivity } from '@firsthop/analysis';
import { loadFolder, peakMegabytes, timed } from './load-folder.ts';

const [worlds, load_ms] = timed(() => loadFolder(process.argv[2] ?? ''));
const [connections, wall_ms] = timed(() => connectivity(worlds));
const [text, print_ms] = timed(() => JSON.stringify({ connections }));
console.log(JSON.stringify({ wall_ms, load_ms, print_ms, rss_mb: peakMegabytes(), connections: connections.length, megabytes: text.length / 1e6 }));
