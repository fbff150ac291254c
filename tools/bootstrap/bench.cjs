'use strict';
/** `npm run bench -- NAME [--json]`: one benchmark. */
const { installForBench } = require('./prepare.cjs');
const { runPinned } = require('./run-pinned.cjs');

if (process.argv.includes('dataplane-classify')) installForBench();
runPinned('tools/bench/main.ts', process.argv.slice(2));
