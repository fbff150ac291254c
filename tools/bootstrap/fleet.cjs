'use strict';
/** `npm run fleet -- [AGENTS] [CHANGES A SECOND] [SECONDS]`: what a manager of so many agents takes here. */
const { runPinned } = require('./run-pinned.cjs');

runPinned('tools/fleet/main.ts', process.argv.slice(2));
