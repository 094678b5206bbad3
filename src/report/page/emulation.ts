/** The page of one emulation: what was faithful, what was lost, what it cost, whether it stayed within its contract. */
import type { SpikeColumns } from '../../model/recording.ts';
import type { CrossbarCounts, EmulationResult, SpikeAccount } from '../../model/index.ts';
import type { EmulationRecord } from '../../model/run-record.ts';
import { heatMapFigures } from '../charts/heat-map.ts';
import { rasterFigures, STUDENT_COLOUR, TEACHER_COLOUR } from '../charts/raster.ts';
import { count, number, percent, withUnit } from '../format.ts';
import { evidenceSection, lostDeliveries, provenanceSection, subtitleOf, workloadFacts } from './common.ts';
import type { Page } from './document.ts';
import { lossWords, spikeLosses } from './losses.ts';
import { facts, html, section, table, tiles, type Html, type Tile } from './html.ts';

/** Column files of an emulation. */
export interface EmulationColumns {
  readonly teacher: SpikeColumns;
  readonly student: SpikeColumns;
}

/** The page of an emulation record. */
export function emulationPage(record: EmulationRecord, { teacher, student }: EmulationColumns): Page {
  const { result } = record;
  const rasters = rasterFigures(
    [
      { label: 'teacher', colour: TEACHER_COLOUR, spikes: teacher },
      { label: 'student', colour: STUDENT_COLOUR, spikes: student },
    ],
    { ticksPerBiologicalSecond: result.raster.ticksPerSecond / result.raster.speedUp, neurons: result.workload.neurons },
  );
  return {
    title: record.title,
    subtitle: subtitleOf(record),
    sections: [
      section('verdict', 'Verdict', tiles(emulationVerdict(result))),
      section('dynamics', 'Dynamics', fidelityFacts(result), rasters),
      section('network', 'Network', costFacts(result), heatMapFigures([result.map])),
      section('losses', 'Losses by place and by flow', losses(result.spikes)),
      ...(result.crossbar === undefined ? [] : [section('crossbar', 'Event crossbar', crossbarTables(result.crossbar))]),
      section('contract-limits', 'Limits of the contract', violations(result)),
      section('workload', 'Workload and binding', html`${workloadFacts(result.workload)}${bindingFacts(result)}`),
      provenanceSection(record),
      evidenceSection(record),
    ],
  };
}

/** The tiles of an emulation. */
export function emulationVerdict(result: EmulationResult): Tile[] {
  const { lost, words } = lostDeliveries(result.spikes);
  return [
    {
      tone: 'plain',
      heading: `Fidelity, die ${String(result.die)}`,
      value: `timing ${number(result.fidelity.timing)}`,
      text: `Rate error ${number(result.fidelity.rates)}; mean rate ${number(result.fidelity.meanRate)} Hz against ${number(result.fidelity.teacherMeanRate)} Hz of the teacher.`,
    },
    { tone: lost > 0 ? 'bad' : 'good', heading: 'Lost deliveries', value: lost > 0 ? number(lost) : 'none', text: `By place: ${words}.` },
    {
      tone: 'plain',
      heading: 'Spike latency',
      value: withUnit(result.latency.p50, 's'),
      text: `Median, ${number(result.latency.cyclesP50)} cycles; p99 ${withUnit(result.latency.p99, 's')}. Energy ${withUnit(result.energy.perSpike, 'J')} per spike.`,
    },
    {
      tone: result.admissible ? 'good' : 'bad',
      heading: 'Admissible',
      value: result.admissible ? 'yes' : 'no',
      text: result.admissible
        ? 'The run stayed within every limit of its contract.'
        : `${count(result.violations.length, 'limit')} left; see below.`,
    },
  ];
}

function fidelityFacts({ fidelity: f, traceHash }: EmulationResult): Html {
  return facts([
    ['timing', number(f.timing)],
    ['rate error', number(f.rates)],
    ['mean rate', `${number(f.meanRate)} Hz (teacher ${number(f.teacherMeanRate)} Hz)`],
    ['CV of intervals', `${number(f.cv)} (teacher ${number(f.teacherCv)})`],
    ['correlation', `${number(f.correlation)} (teacher ${number(f.teacherCorrelation)})`],
    ['trace hash', traceHash],
  ]);
}

function costFacts({ spikes, latency, energy, activity }: EmulationResult): Html {
  return facts([
    ['spikes emitted', spikes.emitted],
    [
      'deliveries (a spike at one core)',
      `${number(spikes.deliveriesOffered)} offered, ${number(spikes.deliveriesMade)} delivered, ${number(spikes.deliveriesInFlight)} in flight at the end`,
    ],
    ['deliveries lost', lostDeliveries(spikes).words],
    ...packetFacts(spikes),
    [
      'synaptic events',
      `${number(spikes.synapticEvents)}, ${number(spikes.synapticEventsLost)} lost, ${number(spikes.synapticEventsLate)} late`,
    ],
    ['latency, mean', withUnit(latency.mean, 's')],
    ['latency, p50 and p99', `${withUnit(latency.p50, 's')}, ${withUnit(latency.p99, 's')}`],
    ['energy per spike', withUnit(energy.perSpike, 'J')],
    ['of that router, link', `${withUnit(energy.router, 'J')}, ${withUnit(energy.link, 'J')}`],
    ['of that synapse, neuron', `${withUnit(energy.synapse, 'J')}, ${withUnit(energy.neuron, 'J')}`],
    ['energy per synaptic event', withUnit(energy.perSynapticEvent, 'J')],
    ['static, never added', `${withUnit(energy.staticPower, 'W')}, ${withUnit(energy.staticEnergy, 'J')}`],
    ...Object.entries(activity).map(([name, value]) => [name, number(value)] as const),
  ]);
}

function crossbarTables({ inputs, outputs, synapticEventsBlocked }: CrossbarCounts): Html {
  const dropped = inputs.reduce((sum, input) => sum + input.dropped, 0);
  const queued = outputs.some(({ contention }) => contention?.dropped !== undefined);
  const waits = outputs.some(({ contention }) => contention !== undefined)
    ? [queued ? 'waited' : 'would have waited', 'longest wait (ns)', 'busy (%)', ...(queued ? ['queue was full'] : [])]
    : [];
  const columns = ['output', 'events sent', ...waits];
  return html`<p>
      ${number(dropped)} of ${number(inputs.reduce((sum, input) => sum + input.events, 0))} events were dropped: no node of their input let
      them pass. ${number(synapticEventsBlocked)} synaptic events that the workload asks for were kept away.
    </p>
    ${table({ name: 'crossbar-inputs', columns: ['input', 'events', 'dropped'].map((name) => ({ name })), rows: inputs.map((input) => [input.name, input.events, input.dropped]) })}
    ${table({ name: 'crossbar-outputs', columns: columns.map((name) => ({ name })), rows: outputs.map(({ name, events, contention }) => [name, events, ...(contention === undefined ? [] : [contention.waited, contention.longestWait * 1e9, contention.busy * 100, ...(queued ? [contention.dropped ?? 0] : [])])]) })}`;
}

function packetFacts({ packets, emitted }: SpikeAccount): (readonly [string, string])[] {
  if (packets === null) return [['packets', 'none: an ideal network']];
  const codecs = Object.entries(packets.codecs).map(([codec, times]) => `${codec} ${number(times)}`);
  return [
    [
      'packets',
      `${number(packets.made)} of ${number(packets.flits)} flits in all, ${number(packets.made / Math.max(1, emitted))} per spike`,
    ],
    ...(codecs.length === 0
      ? []
      : ([
          ['spikes per packet', number(packets.spikes / Math.max(1, packets.made))],
          ['packets by codec', codecs.join(', ')],
        ] as const)),
  ];
}

function violations({ violations: found }: EmulationResult): Html {
  if (found.length === 0) return html`<p>No limit was left.</p>`;
  return table({
    name: 'violations',
    columns: ['what', 'limit', 'first at tick', 'times'].map((name) => ({ name })),
    rows: found.map(({ entity, limit, tick, count: times }) => [entity, limit, tick, times]),
  });
}

function bindingFacts({ binding: b }: EmulationResult): Html {
  return html`<h3>Binding: what the chip could not represent</h3>
    ${facts([
      ['synapses bound', b.synapses],
      ['weights clipped', percent(b.clippedShare)],
      ['weights rounded to zero', percent(b.zeroShare)],
      ['weight error (RMS)', percent(b.weightError)],
      ['synapses on one core', percent(b.localShare)],
      ...Object.entries(b.refused).map(([what, times]) => [`refused: ${what}`, times] as const),
    ])}`;
}

function losses(account: SpikeAccount): Html {
  const found = spikeLosses(account);
  return found === null ? html`<p>The network is ideal: it loses nothing.</p>` : lossWords(found);
}
