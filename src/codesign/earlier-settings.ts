/** What an earlier calibration has set beside the cells of circuits, from the codes on its record: trims of drivers and sensors, what blocks share, clocks. */
import { refractoryPeriod } from '../chip/index.ts';
import type { CalibratedQuantity, ChipCard, Setting } from '../model/index.ts';

/** The settings; what was not calibrated is absent. */
export function settingsOf(card: ChipCard, quantities: readonly CalibratedQuantity[]): Setting {
  const found = (name: CalibratedQuantity['quantity']): CalibratedQuantity | undefined =>
    quantities.find(({ quantity }) => quantity === name);
  const [drivers, dac, refractory, holdOff] = (['driver_amplitude', 'synapse_dac', 'refractory', 'hold_off'] as const).map(found);
  const [ramp, utilisation, recovery] = (['stp_ramp', 'stp_utilisation', 'stp_recovery'] as const).map(found);
  const [store, sensorRamp] = (['correlation_store', 'correlation_ramp'] as const).map(found);
  const shortTerm = {
    ...(ramp && { ramp: Int32Array.from(ramp.codes) }),
    ...(utilisation && { utilisation: everyDriver(card, utilisation, card.synapse.short_term!.utilisation) }),
    ...(recovery && { recovery: everyDriver(card, recovery, card.synapse.short_term!.recovery) }),
  };
  const period = refractory && refractoryPeriod(card, refractory.target);
  return {
    ...(drivers && { driverTrim: Uint8Array.from(drivers.codes) }),
    ...(dac && { synapseDac: Int32Array.from(dac.codes) }),
    ...(period !== undefined && { refractory: period }),
    ...(period !== undefined && holdOff && { holdOff: (period * holdOff.codes[0]!) / refractory!.codes[0]! }),
    ...(Object.keys(shortTerm).length > 0 && { shortTerm }),
    ...(store && sensorRamp && { correlationCurrents: { store: Int32Array.from(store.codes), ramp: Int32Array.from(sensorRamp.codes) } }),
    ...sensorTrimOf(card, found('correlation_amplitude'), found('correlation_tau')),
  };
}

/** Codes of the first rows of every core as they were found, those of the card in the others. */
function everyDriver({ geometry }: ChipCard, { codes }: CalibratedQuantity, otherwise: number): Uint8Array {
  const [cores, rows] = [geometry.cores.value, geometry.rows_per_core.value];
  const used = codes.length / cores;
  return Uint8Array.from({ length: cores * rows }, (_, d) =>
    d % rows < used ? codes[Math.floor(d / rows) * used + (d % rows)]! : otherwise,
  );
}

/** Trim of the correlation sensors as it was found, nominal in the other rows. */
function sensorTrimOf(
  { geometry }: ChipCard,
  amplitude: CalibratedQuantity | undefined,
  tau: CalibratedQuantity | undefined,
): Pick<Setting, 'correlationTrim'> {
  if (amplitude === undefined || tau === undefined) return {};
  const all = ({ codes }: CalibratedQuantity): Uint8Array => {
    const trim = new Uint8Array(geometry.rows_per_core.value * geometry.cores.value * geometry.neurons_per_core.value).fill(2);
    trim.set(codes);
    return trim;
  };
  return { correlationTrim: { amplitude: all(amplitude), tau: all(tau) } };
}
