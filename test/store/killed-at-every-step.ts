/** A piece of work that is ended after every one of its steps and taken up again from its journal. */
import { expect } from 'vitest';
import type { Journal } from '../../src/calibration/index.ts';
import { StepJournal } from '../../src/store/index.ts';

/** Attempts `work` with the journal in `file`, each attempt ended where it would begin its second new step, until one comes to its end; returns its result and the number of attempts. */
export async function killedAtEveryStep<T>(
  file: string,
  work: (journal: Journal) => Promise<T>,
): Promise<{ readonly result: T; readonly attempts: number }> {
  for (let attempts = 1; ; attempts++) {
    const kept = await StepJournal.open(file, 'die');
    expect(kept.found).toBe(attempts - 1);
    let fresh = 0;
    const journal: Journal = {
      step: async (name, substrate, step) =>
        kept.step(name, substrate, async () => {
          if (fresh++ === 1) throw new Error('killed');
          return step();
        }),
    };
    try {
      return { result: await work(journal), attempts };
    } catch (error) {
      if ((error as Error).message !== 'killed') throw error;
    }
  }
}
