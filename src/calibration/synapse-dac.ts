/**
 * Bias of the synapse DACs, one per block of circuits: the strength of all its synapses is proportional to it. What the circuits of a block have in common in their strengths is its doing, so the blocks are
 * brought to one amplitude, and the biases of single circuits need not take up what their block has in common:
 *   amplitude(b) = mean over the circuits of the block, and over both signs, of strength / target,   code(b) <- code(b) x amplitude wanted / amplitude(b)
 * The wanted amplitude is that of the weakest block, which comes at the code of the data sheet: no block is asked for more than its DAC has.
 * A mean over circuits must not leave out those that are far from the others, so lines that are too fast or too slow for a fit are first brought near their target, and potentials that run into an end of the
 * scale are read again with smaller weights; what still has no reading is a part of the stated error.
 * Drivers (10 %) drop out with the root of rows x cores of a block, circuits (25 %) do not: they are the same ones in every reading, and belong to the amplitude of their block. A reading goes round all rows, so
 * that others of its kind do not show what is left of the drivers; readings of a share f of the rows each do: variance of all rows = variance between such parts x f / (1 - f).
 * Source: electronicvisions/calix, synapse driver calibration of the DAC bias per quadrant (target: weakest quadrant), after its synaptic time constants.
 */
import type { Setting } from '../model/index.ts';
import { medianOf, toLsb } from './reader.ts';
import type { OwnContext, OwnRoutine } from './own-routine.ts';
import { raiseRests } from './room.ts';
import { stated } from './stated.ts';
import { knownMembranes } from './synapse-routines.ts';
import { measureSynapses, synapseStimulus, type SynapseReading } from './synapse.ts';

/** Fits of two parameters err upwards by the square of their noise: potentials are averaged before they are fitted, over this many times the usual repetitions. */
const AVERAGED = 4;
const READINGS = 5;
/** Readings of a part of the rows. */
const PARTS = 4;
/** Rounds that bring the lines near their time constants, and the largest factor of one. */
const LINE_ROUNDS = 3;
const LARGEST_FACTOR = 6;
/** A line that shows nothing is tried this much slower: fast ones are the smaller ones. */
const UNSEEN = 1 / 3;
/** Share of the usual weight for potentials that run into an end of the scale. */
const SMALLER = 1 / 3;
/** Residual that no working DAC shows. */
const TOLERANCE = 0.2;
const SIGNS = [
  { sign: 1, drive: 'driveExcitatory', tau: 'tauSynExcitatory', cell: 'synapse_tau_excitatory' },
  { sign: -1, drive: 'driveInhibitory', tau: 'tauSynInhibitory', cell: 'synapse_tau_inhibitory' },
] as const;

/** Amplitude of every block relative to the target of its circuits, and the standard error by circuits that were not read. */
interface Amplitudes {
  readonly means: Float64Array;
  readonly unread: Float64Array;
}

/** The routine of all DACs; none unless the effort asks for it and the chip has them. */
export function synapseDacRoutine({ substrate, reader, targets, effort, working }: OwnContext): readonly OwnRoutine[] {
  const { synapseDac, blockSize, neurons, codes: ranges, synapses } = substrate.capabilities;
  const signs = SIGNS.filter(({ drive }) => targets[drive] !== undefined);
  if (effort.synapse_dac !== true || synapseDac === undefined || signs.length === 0) return [];
  const blocks = Math.ceil(neurons / blockSize);
  const rest = targets.leak.map((volts) => toLsb(substrate, volts));
  const rows = { next: 0 };
  /** Every reading takes other rows than the one before. */
  const read = async ({ sign, drive, tau }: (typeof SIGNS)[number], repeats: number, share = 1): Promise<SynapseReading> => {
    const tauMem = await knownMembranes(substrate, reader, targets, effort, working);
    const stimulus = synapseStimulus(substrate, sign, { drive: medianOf(targets[drive]!), tauSyn: medianOf(targets[tau]!), tauMem });
    const smaller = { ...stimulus, weight: Math.max(Math.round(stimulus.weight * share), 1) };
    const { reading, rowsUsed } = await measureSynapses(substrate, reader, smaller, { ...effort, repeats }, rows.next);
    rows.next += rowsUsed;
    return reading;
  };
  const lines = async (of: (typeof SIGNS)[number]): Promise<void> => {
    const { max } = ranges[of.cell];
    const start = working.codes[of.cell]!;
    let codes = start;
    for (let round = 0; round < LINE_ROUNDS; round++) {
      const { tauSyn } = await read(of, effort.repeats);
      codes = codes.map((code, n) => {
        const seen = tauSyn[n]! / targets[of.tau]![n]!;
        // the time constant is one over the code; what a slower line does not show either is weak, not fast
        if (Number.isNaN(seen)) return round === 0 ? Math.max(Math.round(code * UNSEEN), 1) : start[n]!;
        return Math.min(Math.max(Math.round(code * Math.min(Math.max(seen, 1 / LARGEST_FACTOR), LARGEST_FACTOR)), 1), max);
      });
      await substrate.configure({ codes: { [of.cell]: codes } });
    }
  };
  const amplitudes = async (averaged = AVERAGED): Promise<Amplitudes> => {
    const ofBlock = Array.from({ length: blocks }, (): number[] => []);
    for (const of of signs) {
      const { drive: seen } = await read(of, averaged * effort.repeats);
      const clipped = seen.some((value) => Number.isNaN(value));
      const again = clipped ? (await read(of, averaged * effort.repeats, SMALLER)).drive : seen;
      seen.forEach((value, n) =>
        ofBlock[Math.floor(n / blockSize)]!.push((Number.isNaN(value) ? again[n]! : value) / targets[of.drive]![n]!),
      );
    }
    return {
      means: Float64Array.from(ofBlock, (all) => meanOf(all)),
      // as many as are missing of all, each as far from the mean as the others are
      unread: Float64Array.from(ofBlock, (all) => {
        const known = all.filter(Number.isFinite);
        return Math.sqrt((varianceOf(known) * (1 - known.length / all.length)) / Math.max(known.length, 1));
      }),
    };
  };
  /** Standard error of a block's amplitude by the drivers of all rows; `noise` is the variance of a whole reading by repetition. */
  const driverError = async (noise: number): Promise<number> => {
    const from = rows.next;
    const parts: Amplitudes[] = [];
    for (let k = 0; k < PARTS; k++) parts.push(await amplitudes(1));
    const share = Math.min((rows.next - from) / PARTS / synapses!.rows, 0.5);
    return Math.sqrt((Math.max(varianceBetween(parts) - AVERAGED * noise, 0) * share) / (1 - share));
  };
  const varianceBetween = (readings: readonly Amplitudes[]): number =>
    meanOf(Array.from({ length: blocks }, (_, b) => varianceOf(readings.map(({ means }) => means[b]!))));
  return [
    {
      name: 'synapse_dac',
      needs: ['cadc_offset', 'leak', 'tau_mem'],
      // the resets are moved out of the way for the reading of the membranes
      invalidates: [...signs.map(({ sign }) => (sign > 0 ? 'synapse_excitatory' : 'synapse_inhibitory')), 'reset'],
      quantities: ['synapse_dac'],
      run: async () => {
        rows.next = 0;
        let codes = new Int32Array(blocks).fill(synapseDac.design);
        await substrate.configure({ synapseDac: codes });
        if (signs.some(({ sign }) => sign < 0)) await raiseRests(substrate, reader, rest, effort, working);
        for (const of of signs) await lines(of);
        let { means: now } = await amplitudes();
        const wanted = Math.min(...now.filter(Number.isFinite));
        for (const last of [false, true]) {
          codes = codes.map((code, b) =>
            Number.isFinite(now[b]) ? Math.min(Math.max(Math.round((code * wanted) / now[b]!), 1), synapseDac.largest) : code,
          );
          await substrate.configure({ synapseDac: codes });
          // the amplitude is proportional to the code: the second correction takes up noise of the first reading and rounding
          if (!last) ({ means: now } = await amplitudes());
        }
        const fresh: Amplitudes[] = [];
        for (let k = 0; k < READINGS; k++) fresh.push(await amplitudes());
        const drivers = await driverError(varianceBetween(fresh));
        // leaks and lines are given back
        const own = signs.map(({ cell }) => [cell, working.codes[cell]!] as const);
        await substrate.configure({ codes: { ...(working.codes.leak && { leak: working.codes.leak }), ...Object.fromEntries(own) } });
        const setting: Setting = { synapseDac: codes };
        const quantity = stated({
          quantity: 'synapse_dac',
          unit: '1',
          target: wanted,
          codes,
          readings: fresh.map(({ means }) => means),
          systematic: [
            { component: 'drivers of all rows', at: () => drivers },
            { component: 'circuits without a reading', at: (b) => meanOf(fresh.map(({ unread }) => unread[b]!)) },
          ],
          status: (b, residual) => {
            if (Math.abs(residual) <= TOLERANCE * wanted) return 'ok';
            return codes[b] === 1 || codes[b] === synapseDac.largest ? 'at limit' : 'not reached';
          },
        });
        return { setting, quantities: [quantity] };
      },
    },
  ];
}

function meanOf(values: readonly number[]): number {
  const known = values.filter(Number.isFinite);
  return known.reduce((sum, value) => sum + value, 0) / Math.max(known.length, 1);
}

function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(values.length - 1, 1);
}
