'use strict';
/** `npm run apiserver`: kube-apiserver and etcd for the tests. */
const { runPinned } = require('./run-pinned.cjs');

runPinned('tools/apiserver/main.ts', []);
