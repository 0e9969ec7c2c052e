import { SourceKind, type RunMode } from '../../../schema/sync.enums';
import type { FaultBench } from './bench';
import { networkFaults } from './network';
import type { Outcome, OwnFault, SourceUnderTest } from './source-under-test';

/** One combination: a source, a way to read it, and what goes wrong. */
export interface Combination {
  source: SourceUnderTest;
  name: string;
  mode: RunMode;
  fault: string;
  outcome: Outcome;
  says: RegExp | null;
  inflict(bench: FaultBench): Promise<void>;
  mend(bench: FaultBench): Promise<void>;
}

/** Every source × every way to read it × every fault it can have. */
export function combinations(sources: SourceUnderTest[]): Combination[] {
  return sources.flatMap((source) =>
    source.modes.flatMap((mode) => [...ofNetwork(source, mode), ...own(source, mode)]),
  );
}

function ofNetwork(source: SourceUnderTest, mode: RunMode): Combination[] {
  if (source.kind === SourceKind.LDIF || source.kind === SourceKind.CSV) return [];
  return networkFaults(source.structuralBytes).map((fault) => ({
    source,
    name: source.name,
    mode,
    fault: fault.name,
    outcome: fault.outcome,
    says: null,
    inflict: async (bench) => bench.proxy?.setMode(fault.mode(bench.bytes.get(mode) ?? 0)),
    mend: async (bench) => bench.proxy?.setMode({ mode: 'pass' }),
  }));
}

function own(source: SourceUnderTest, mode: RunMode): Combination[] {
  return source.faults.map((fault: OwnFault) => ({
    source,
    name: source.name,
    mode,
    fault: fault.name,
    outcome: fault.outcome,
    says: fault.says ?? null,
    inflict: async (bench) => {
      await bench.configure(fault);
      await fault.inflict?.(mode);
    },
    mend: async (bench) => {
      await fault.mend?.();
      await bench.configure({});
    },
  }));
}
