/** What tests get as `fast-check`: the same random cases in every run. `PROPERTY_SEED=7 npm test` tries others. */
import fc from '../node_modules/fast-check/lib/fast-check.js';

fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 1) });

export default fc;
