'use strict';
/** `npm run mutate [-- --count N | --all] [--seed N]`: breaks compiler, classifier and analyses, and asks whether the tests notice. */
const { runPinned } = require('./run-pinned.cjs');

runPinned('tools/mutation/main.ts', process.argv.slice(2));
