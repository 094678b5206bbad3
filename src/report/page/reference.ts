/** The page of a run of the teacher alone: how it was integrated, what every population does, every spike. */
import type { SpikeColumns } from '../../model/recording.ts';
import type { ReferenceResult } from '../../model/index.ts';
import type { ReferenceRecord } from '../../model/run-record.ts';
import { rasterFigures, TEACHER_COLOUR } from '../charts/raster.ts';
import { courseFigures } from '../charts/courses.ts';
import { weightFigures } from '../charts/weights.ts';
import { count, number } from '../format.ts';
import { provenanceSection, subtitleOf, workloadFacts } from './common.ts';
import type { Page } from './document.ts';
import { html, section, table, tiles, type Tile } from './html.ts';

/** The page of a record. */
export function referencePage(record: ReferenceRecord, teacher: SpikeColumns): Page {
  const { result } = record;
  const rasters = rasterFigures([{ label: 'teacher', colour: TEACHER_COLOUR, spikes: teacher }], {
    ticksPerBiologicalSecond: result.raster.ticksPerSecond / result.raster.speedUp,
    neurons: result.workload.neurons,
  });
  const columns = ['population', 'neurons', 'spikes', 'mean rate (Hz)', 'CV of intervals', 'correlation'];
  return {
    title: record.title,
    subtitle: subtitleOf(record),
    sections: [
      section('verdict', 'In short', tiles(referenceVerdict(result))),
      ...(result.courses === undefined
        ? []
        : [section('courses', 'Courses', html`<p>Every variable in the unit of its paper.</p>`, courseFigures(result.courses))]),
      section(
        'populations',
        'Populations',
        table({
          name: 'populations',
          columns: columns.map((name) => ({ name })),
          rows: result.populations.map((one) => [one.name, one.neurons, one.spikes, one.meanRate, one.cv, one.correlation]),
        }),
        rasters,
      ),
      ...(result.weights === undefined
        ? []
        : [
            section(
              'weights',
              'Plastic weights',
              html`<p>Changes are those of the rules below; weights.npy and weights.csv hold them synapse by synapse.</p>`,
              weightFigures(result.weights),
            ),
          ]),
      section(
        'method',
        'Method',
        html`<ul>
          ${result.method.map((sentence) => html`<li>${sentence}</li>`)}
          <li>Stimulus seed ${String(result.stimulus)}; trace hash ${result.traceHash}</li>
        </ul>`,
      ),
      section('workload', 'Workload', workloadFacts(result.workload)),
      provenanceSection(record),
    ],
  };
}

/** The tiles of a run. */
export function referenceVerdict({ populations, method, mode, courses }: ReferenceResult): Tile[] {
  if (courses !== undefined) {
    return [
      {
        tone: 'plain',
        heading: 'Teacher, neural mass',
        value: count(courses.variables.length, 'variable'),
        text: `${courses.variables.map(({ name, minimum, maximum }) => `${name} ${number(minimum)} to ${number(maximum)}`).join(', ')}.`,
      },
      { tone: 'plain', heading: 'Method', value: method[0]!, text: `${method.slice(1).join('; ')}.` },
    ];
  }
  const spikes = populations.reduce((sum, one) => sum + one.spikes, 0);
  return [
    {
      tone: 'plain',
      heading: `Teacher, ${mode}`,
      value: count(spikes, 'spike'),
      text: `${populations.map(({ name, meanRate }) => `${name} ${number(meanRate)} Hz`).join(', ')} after the warm-up.`,
    },
    { tone: 'plain', heading: 'Method', value: method[0]!, text: `${method.slice(1).join('; ')}.` },
  ];
}
