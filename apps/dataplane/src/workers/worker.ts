import { parentPort, workerData } from 'node:worker_threads';
import { catalogue } from '../catalogue.ts';
import type { WorkerOrder } from './messages.ts';
import { runWorker } from './worker-thread.ts';

if (!parentPort) throw new Error('This is the program of a worker thread.');
runWorker(parentPort, workerData as WorkerOrder, catalogue);
