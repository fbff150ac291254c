'use strict';
/** `npm test [-- GROUP ...]`: every check, or the named groups. */
const { runPinned } = require('./run-pinned.cjs');

runPinned('tools/test/main.ts', process.argv.slice(2));
