'use strict';
/** `npm test [-- GROUP ...]`: every check, or the named groups. */
const { installForGuest, installForTests } = require('./prepare.cjs');
const { runPinned } = require('./run-pinned.cjs');

const args = process.argv.slice(2);
const groups = args.filter((one) => !one.startsWith('--'));
if (groups.length === 0 || groups.includes('e2e')) installForTests();
if (groups.length === 0 || groups.includes('second')) installForGuest();
runPinned('tools/test/main.ts', args);
