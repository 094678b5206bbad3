import { bench } from 'vitest';
import { compileDynapseDie, designBiases, dynapseNeurons, dynapseParameters, nearestBias } from '../../src/chip/index.ts';
import { cardFile } from '../../src/codesign/index.ts';
import { DynapseSchema, loadCard } from '../../src/model/index.ts';

const ONCE = { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 };
const NEURONS = 512;
const STEP = 10e-6;

// CPU times of its own, medians of five turns; vitest calls more than once, the first call counts.
let done = false;
bench(
  'subthreshold kernel against the accurate integrator',
  () => {
    if (done) return;
    done = true;
    const [fast, accurate] = [median(() => turn('fast', 5000)), median(() => turn('accurate', 1500))];
    console.log(
      [
        `${String(NEURONS)} subthreshold neurons under a constant input, with noise, CPU time per neuron-step of 10 us, median of 5:`,
        `  fast       ${fast.toFixed(1)} ns   ${(1e3 / fast).toFixed(0)} million neuron-steps per second`,
        `  accurate   ${accurate.toFixed(0)} ns   ${(accurate / fast).toFixed(0)} x`,
      ].join('\n'),
    );
    console.log(`json ${JSON.stringify({ benchmark: 'dpi', neurons: NEURONS, fast, accurate })}`);
  },
  ONCE,
);

/** ns of CPU per neuron and step. */
function turn(integrator: 'fast' | 'accurate', steps: number): number {
  const card = loadCard(DynapseSchema, cardFile('chip', 'dynapse2')).value;
  const biases = { ...designBiases(card), dc: nearestBias(card, 60e-9) };
  const parameters = dynapseParameters(
    card,
    compileDynapseDie(card, 1),
    Array.from({ length: card.geometry.cores.value }, () => biases),
  );
  const bank = dynapseNeurons(integrator, parameters, {
    first: 0,
    count: NEURONS,
    step: STEP,
    noise: 0.03,
    noiseSteps: 100,
    noiseSeed: 1,
  });
  const before = process.cpuUsage();
  for (let step = 0; step < steps; step++) bank.advance(step, []);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1e3) / (NEURONS * steps);
}

function median(measure: () => number): number {
  const values = Array.from({ length: 5 }, measure).toSorted((a, b) => a - b);
  return values[2]!;
}
