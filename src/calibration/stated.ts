/** A quantity as its own routine states it: from repeated fresh readings to values, intervals, status and budget, where no search over cells of circuits has answers to judge. */
import type { CalibratedQuantity, CircuitStatus, UncertaintyComponent } from '../model/index.ts';
import { asTimes, intervalsOf } from './uncertainty.ts';

/** What is known of a quantity; readings are fresh and repeated, in its unit. */
export interface Stated extends Pick<CalibratedQuantity, 'quantity' | 'unit' | 'target'> {
  readonly codes: ArrayLike<number>;
  readonly readings: readonly Float64Array[];
  /** Standard errors that repetition does not show, by source, in the unit. */
  readonly systematic?: readonly { readonly component: string; readonly at: (index: number) => number }[];
  /** Times, which are averaged as rates: what is noisy errs further upwards than downwards. */
  readonly inverse?: boolean;
  /** What the spread of the readings comes from, `repetition` unless said. */
  readonly repeated?: string;
  /** Of what has a reading; `residual` in the unit. */
  readonly status: (index: number, residual: number, error68: number) => CircuitStatus;
}

/** The quantity; what has no reading is masked. */
export function stated({
  quantity,
  unit,
  target,
  codes,
  readings,
  inverse = false,
  systematic = [],
  repeated = 'repetition',
  status,
}: Stated): CalibratedQuantity {
  const common = (n: number): number => Math.sqrt(systematic.reduce((sum, { at }) => sum + at(n) ** 2, 0));
  const { mean, statistical, error68, error95 } = inverse
    ? asTimes(
        intervalsOf(
          readings.map((times) => times.map((time) => (time > 0 ? 1 / time : NaN))),
          (n, rate) => common(n) * rate * rate,
        ),
      )
    : intervalsOf(readings, common);
  const residual = mean.map((value) => value - target);
  const scale = unit === 'LSB' ? 1 : Math.abs(target);
  const line = (component: string, values: Float64Array): UncertaintyComponent => ({
    component,
    rms: rmsOf(values) / scale,
    of: 'value as it stands',
  });
  return {
    quantity,
    unit,
    target,
    codes: Array.from(codes),
    residual: list(residual),
    status: Array.from(residual, (value, n) => (Number.isFinite(value) ? status(n, value, error68[n]!) : 'masked')),
    verification: {
      reading: list(mean),
      error68: list(error68),
      error95: list(error95),
      budget: [
        line(repeated, statistical),
        ...systematic.map(({ component, at }) =>
          line(
            component,
            mean.map((_, n) => at(n)),
          ),
        ),
      ],
    },
  };
}

/** Seven digits: more would be noise. */
function list(values: Float64Array): (number | null)[] {
  return Array.from(values, (value) => (Number.isFinite(value) ? Number(value.toPrecision(7)) : null));
}

function rmsOf(values: Float64Array): number {
  const known = values.filter(Number.isFinite);
  return Math.sqrt(known.reduce((sum, one) => sum + one * one, 0) / Math.max(known.length, 1));
}
