import { parentPort } from 'node:worker_threads';
import { runTaskHere } from './parser-tasks.ts';
import { type FromTextWorker, toTaskFailure, type WorkerTask } from './text-worker-protocol.ts';

const port = parentPort;
if (port === null) throw new Error('this module runs as a worker thread only');

port.on('message', async ({ name, input }: WorkerTask) => {
  const answer: FromTextWorker = await runTaskHere(name, input).then((output) => ({ output }), toTaskFailure);
  port.postMessage(answer);
});
port.postMessage('ready' satisfies FromTextWorker);
