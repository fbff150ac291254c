'use strict';
/** `npm start [-- --once]`: the demo. */
const { join } = require('node:path');
const { root } = require('./prepare.cjs');
const { runPinned } = require('./run-pinned.cjs');

runPinned('apps/cli/src/main.ts', ['lab', 'up', '-f', join(root, 'examples', 'shop'), '--stay', ...process.argv.slice(2)]);
