/**
 * Bias of the synapse DACs, one per block of circuits: the strength of all its synapses is proportional to it. What the circuits of a block have in common in their strengths is its doing, so the blocks are
 * brought to one amplitude, and the biases of single circuits need not take up what their block has in common:
 *   amplitude(b) = mean over the circuits of the block, and over both signs, of strength / target,   code(b) <- code(b) x amplitude wanted / amplitude(b)
 * The wanted amplitude is that of the weakest block, which comes at the code of the data sheet: no block is asked for more than its DAC has.
 * Drivers (10 %) drop out with the root of rows x cores of a block, circuits (25 %) do not: they are the same ones in every reading, and belong to the amplitude of their block.
 * Source: electronicvisions/calix, synapse driver calibration of the DAC bias per quadrant (target: weakest quadrant).
 */
import type { Setting } from '../model/index.ts';
import { medianOf } from './reader.ts';
import type { OwnContext, OwnRoutine } from './own-routine.ts';
import { stated } from './stated.ts';
import { measureSynapses, synapseStimulus } from './synapse.ts';

/** Fits of two parameters err upwards by the square of their noise: potentials are averaged before they are fitted, over this many times the usual repetitions. */
const AVERAGED = 4;
const READINGS = 5;
/** Relative error of the amplitudes of all circuits alike, by what a fit takes membranes and lines to be, assumed: of the size of the bias that six dies of the shipped card show against their truth. */
const SHAPE = 0.008;
/** Residual that no working DAC shows. */
const TOLERANCE = 0.2;
const SIGNS = [
  { sign: 1, drive: 'driveExcitatory', tau: 'tauSynExcitatory' },
  { sign: -1, drive: 'driveInhibitory', tau: 'tauSynInhibitory' },
] as const;

/** The routine of all DACs; none unless the effort asks for it and the chip has them. */
export function synapseDacRoutine({ substrate, reader, targets, effort }: OwnContext): readonly OwnRoutine[] {
  const { synapseDac, blockSize, neurons } = substrate.capabilities;
  const signs = SIGNS.filter(({ drive }) => targets[drive] !== undefined);
  if (effort.synapse_dac !== true || synapseDac === undefined || signs.length === 0) return [];
  const blocks = Math.ceil(neurons / blockSize);
  /** Amplitude of every block relative to the target of its circuits; every reading takes other rows than the one before. */
  const amplitudes = async (rows: { next: number }): Promise<Float64Array> => {
    const sums = new Float64Array(blocks);
    const counts = new Float64Array(blocks);
    for (const { sign, drive, tau } of signs) {
      const stimulus = synapseStimulus(substrate, sign, {
        drive: medianOf(targets[drive]!),
        tauSyn: medianOf(targets[tau]!),
        tauMem: targets.tauMem,
      });
      const { reading, rowsUsed } = await measureSynapses(
        substrate,
        reader,
        stimulus,
        { ...effort, repeats: AVERAGED * effort.repeats },
        rows.next,
      );
      rows.next += rowsUsed;
      reading.drive.forEach((value, n) => {
        if (!Number.isFinite(value)) return;
        sums[Math.floor(n / blockSize)]! += value / targets[drive]![n]!;
        counts[Math.floor(n / blockSize)]!++;
      });
    }
    return sums.map((sum, b) => sum / counts[b]!);
  };
  return [
    {
      name: 'synapse_dac',
      needs: ['cadc_offset', 'leak', 'tau_mem'],
      invalidates: signs.map(({ sign }) => (sign > 0 ? 'synapse_excitatory' : 'synapse_inhibitory')),
      quantities: ['synapse_dac'],
      run: async () => {
        const rows = { next: 0 };
        let codes = new Int32Array(blocks).fill(synapseDac.design);
        await substrate.configure({ synapseDac: codes });
        let now = await amplitudes(rows);
        const wanted = Math.min(...now.filter(Number.isFinite));
        for (const last of [false, true]) {
          codes = codes.map((code, b) =>
            Number.isFinite(now[b]) ? Math.min(Math.max(Math.round((code * wanted) / now[b]!), 1), synapseDac.largest) : code,
          );
          await substrate.configure({ synapseDac: codes });
          // the amplitude is proportional to the code: the second correction takes up noise of the first reading and rounding
          if (!last) now = await amplitudes(rows);
        }
        const fresh: Float64Array[] = [];
        const from = rows.next;
        for (let k = 0; k < READINGS; k++) fresh.push(await amplitudes(rows));
        const spread = Math.sqrt(meanOf(Array.from(codes, (_, b) => varianceOf(fresh.map((reading) => reading[b]!)))));
        // readings go round all rows: beyond that, more of them do not average the drivers away
        const round = Math.min((rows.next - from) / READINGS / signs.length / substrate.capabilities.synapses!.rows, 1);
        const setting: Setting = { synapseDac: codes };
        const quantity = stated({
          quantity: 'synapse_dac',
          unit: '1',
          target: wanted,
          codes,
          readings: fresh,
          systematic: [
            { component: 'drivers of all rows', at: () => spread * Math.sqrt(round) },
            { component: 'shape of the potentials', at: () => SHAPE * wanted },
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
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
