/**
 * A process beside the test: when the test has ended, in whatever way, its namespaces go. A test runner that is interrupted gives its
 * workers no time for that themselves.
 *
 *     node remove-afterwards.ts RUN      until the end of its standard input
 *
 * @module
 */
import { demolish } from '@firsthop/lab';

const [run = ''] = process.argv.slice(2);
process.stdin.on('end', () => demolish(run)).resume();
