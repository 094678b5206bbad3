/** Runs an event-driven network whose constant currents change at given ticks. */
import type { EventDrivenNetwork } from './network-engine.ts';
import type { DriveChanges } from './network-types.ts';

/** Up to (not including) `until`; changes before `from` are in force at once. Currents belong to the bank, which is as of the last event of a neuron: `touch` brings it to the tick of a change. */
export function runWithDrives(
  engine: EventDrivenNetwork,
  bank: { setDrive(neuron: number, drive: number): void },
  { drives, until }: { readonly drives?: DriveChanges; readonly until: number },
  from: number,
  ticksPerSecond: number,
): void {
  const count = drives?.ticks.length ?? 0;
  for (let k = 0; k < count; k++) {
    const tick = drives!.ticks[k]!;
    if (tick >= until) break;
    const [neuron, drive] = [drives!.neurons[k]!, drives!.drive[k]! / ticksPerSecond];
    if (tick < from) bank.setDrive(neuron, drive);
    else {
      engine.advance(tick);
      engine.touch(neuron, () => bank.setDrive(neuron, drive));
    }
  }
  engine.advance(until);
}
