/** Sections that every page ends with: where the run comes from, what it promised, what it assumes. */
import type { SpikeAccount, WorkloadSummary } from '../../model/index.ts';
import type { RunRecord } from '../../model/run-record.ts';
import { count, number, percent, withUnit } from '../format.ts';
import { facts, html, section, table, type Html, type Section } from './html.ts';

/** Words under the title. */
export function subtitleOf({ provenance }: RunRecord): string {
  return `neurolith ${provenance.version}, started ${provenance.started}, seed ${String(provenance.seed)}, plan ${provenance.planHash.slice(0, 12)}`;
}

/** Version, command, seeds, host, durations, and the execution contract in full. */
export function provenanceSection({ provenance: p, contract, contractHash }: RunRecord): Section {
  const seconds = Object.entries(p.timings).map(([phase, time]) => `${phase} ${withUnit(time, 's')}`);
  return section(
    'provenance',
    'Provenance and contract',
    html`${facts([
      ['command', (p.command[0] === 'neurolith' ? p.command : ['neurolith', ...p.command]).join(' ')],
      ['version', `${p.version}, model version ${String(p.modelVersion)}`],
      ['git', p.git ?? 'not in a checkout'],
      ['seed', p.seed],
      ['plan hash', p.planHash],
      ['Node', p.node],
      ['host', `${p.host.platform}, ${p.host.cpu}, ${count(p.host.cores, 'core')}`],
      ['started', p.started],
      ['wall time', seconds.join(', ') || '–'],
      ['contract hash', contractHash ?? 'no contract'],
    ])}${
      contract === null
        ? html`<p>This kind of run has no execution contract: nothing runs in time.</p>`
        : html`<p>Regime ${contract.regime}. Simultaneous events act in the order (${contract.ordering}), ${contract.confluence}.</p>
            <pre>${JSON.stringify(contract, null, 2)}</pre>`
    }`,
  );
}

/** How many numbers on the cards are published, derived, assumed; every assumption by name. */
export function evidenceSection({ evidence }: RunRecord): Section {
  const { published, derived, assumed } = evidence.counts;
  return section(
    'evidence',
    'Evidence',
    html`<p>
        The cards hold ${count(published, 'published number')}, ${count(derived, 'derived number')} and ${count(assumed, 'assumption')}.
        What is assumed can be wrong; it stands here.
      </p>
      ${
        evidence.assumptions.length === 0
          ? ''
          : table({
              name: 'assumptions',
              columns: ['card', 'path', 'value', 'why'].map((name) => ({ name })),
              rows: evidence.assumptions.map(({ card, path, value, source }) => [card, path, value, source]),
            })
      }`,
  );
}

/** The network of neurons and what reading it approximated. */
export function workloadFacts(workload: WorkloadSummary): Html {
  return html`${facts([
    ['workload', workload.name],
    ['neurons', workload.neurons],
    ['synapses', workload.synapses],
    ['duration, biological', withUnit(workload.duration, 's')],
    ['warm-up, biological', withUnit(workload.warmUp, 's')],
    ['delay, biological', withUnit(workload.delay, 's')],
    ...Object.entries(workload.graph).map(([name, value]) => [name, number(value)] as const),
  ])}${
    workload.notes.length === 0
      ? html`<p>Nothing had to be approximated when the workload was read.</p>`
      : table({
          name: 'workload-notes',
          columns: [{ name: 'approximation' }, { name: 'count' }],
          rows: workload.notes.map(({ text, count: times }) => [text, times]),
        })
  }`;
}

/** Where spikes went, in a sentence. */
export function lostDeliveries({ deliveriesLost, deliveriesOffered }: SpikeAccount): { readonly lost: number; readonly words: string } {
  const places = Object.entries(deliveriesLost).filter(([, packets]) => packets > 0);
  const lost = places.reduce((sum, [, packets]) => sum + packets, 0);
  const words = places.map(([place, packets]) => `${place} ${number(packets)}`).join(', ');
  return { lost, words: lost === 0 ? 'none' : `${words} (${percent(lost / Math.max(1, deliveriesOffered))})` };
}
