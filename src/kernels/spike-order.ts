/** Order of the spikes of a run: the kernel of whole circuits takes all steps of one tile of neurons before the next, a list is read by steps. */

/** Sorts spikes by step in place; those of a step keep their order, which is that of the neurons. Counting sort over the steps of the run. */
export function sortBySteps(steps: Uint32Array, neurons: Uint32Array, fractions: Float32Array, count: number): void {
  const next = new Uint32Array(count + 1);
  for (const step of steps) next[step + 1]!++;
  for (let step = 0; step < count; step++) next[step + 1]! += next[step]!;
  const place = Uint32Array.from(steps, (step) => next[step]!++);
  const [oldSteps, oldNeurons, oldFractions] = [steps.slice(), neurons.slice(), fractions.slice()];
  place.forEach((to, i) => {
    steps[to] = oldSteps[i]!;
    neurons[to] = oldNeurons[i]!;
    fractions[to] = oldFractions[i]!;
  });
}
