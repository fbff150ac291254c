'use strict';
/**
 * Runs one of our TypeScript programs on the pinned Node, hands signals on, and ends as it ended.
 */
const { spawn } = require('node:child_process');
const { delimiter, join } = require('node:path');
const { prepare } = require('./prepare.cjs');

const runPinned = (program, args) => {
  const { root, node } = prepare();
  const path = [join(root, 'node_modules', '.bin'), process.env.PATH, '/usr/sbin', '/sbin'].join(delimiter);
  const child = spawn(node, [join(root, program), ...args], { stdio: 'inherit', env: { ...process.env, PATH: path } });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
};

module.exports = { runPinned };
