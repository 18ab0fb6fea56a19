#!/usr/bin/env node
// Plain JavaScript that any Node can read: finds a Node that is new enough, then runs the command.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';

const leastNode = 24;
const inPackage = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const isOld = Number(process.versions.node.split('.')[0]) < leastNode;
const ownNode = inPackage('node_modules/node/bin/node');

if (!isOld) {
  // Types are stripped once, not at every start: quicker, and 40 MB less memory. Beside the packages, where nobody else can write.
  if (existsSync(inPackage('node_modules')))
    nodeModule.enableCompileCache(inPackage('node_modules/.cache/lightermail'));
  // A checkout runs its sources as they are, an installed package what was built of them.
  const source = 'functions/ops/main.ts';
  const path = existsSync(inPackage(source)) ? `../${source}` : '../dist/command/functions/ops/main.mjs';
  const { runMain } = await import(path);
  process.exitCode = await runMain();
} else if (existsSync(ownNode)) {
  runWith(ownNode);
} else {
  console.error(
    `Lightermail needs Node ${leastNode} or newer, this is ${process.versions.node}: install it from https://nodejs.org, or run npm install here`,
  );
  process.exitCode = 1;
}

function runWith(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // Ctrl-C reaches the child from the terminal itself; what is sent to this process alone is handed on.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === null ? 1 : 130);
  });
}
