/** Body of a thread of `raceDies`: dies one after the other, each in a memory of its own. Imports the built package, because threads do not pass through the test runner. */
import { workerData } from 'node:worker_threads';
import { LifBank, useKernelModule } from '../../dist/kernels/index.js';

const { module, first, dies, steps, fields, options } = workerData;
useKernelModule(module);
for (let die = first; die < first + dies; die++) {
  const bank = new LifBank(512, { ...options, unit: die });
  bank.set(fields);
  bank.run(0, steps);
}
