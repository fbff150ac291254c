'use strict';
/** `npm run bench -- NAME [--json]`: one benchmark. */
const { runPinned } = require('./run-pinned.cjs');

runPinned('tools/bench/main.ts', process.argv.slice(2));
