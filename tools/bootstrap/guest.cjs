'use strict';
/** `npm run guest -- COMMAND ...`: a command under Debian's kernel. */
const { installForGuest } = require('./prepare.cjs');
const { runPinned } = require('./run-pinned.cjs');

installForGuest();
runPinned('tools/second-kernel/main.ts', process.argv.slice(2));
