import type { ProxyMode } from '../../support/fault-proxy';
import { TIMEOUT_SECONDS, type Outcome } from './source-under-test';

/** A fault of the network. `share` is where, as a part of the bytes of an undisturbed run; null: as the mode says. */
export interface NetworkFault {
  name: string;
  outcome: Outcome;
  mode(bytes: number): ProxyMode;
}

const SHARES = [0, 0.02, 0.35, 0.7, 0.95];
const at = (share: number, bytes: number): number => Math.floor(share * bytes);
const percent = (share: number): string => `after ${share * 100} % of the bytes`;

/** What the network can do to any protocol. @param structuralBytes see `SourceUnderTest` */
export function networkFaults(structuralBytes: number[] | null): NetworkFault[] {
  const corrupted = (structuralBytes ?? [0, 0.3, 0.6, 0.9]).map((place): NetworkFault => ({
    name: structuralBytes ? `a corrupt byte ${place}` : `a corrupt byte ${percent(place)}`,
    outcome: 'FAILED',
    mode: (bytes) => ({ mode: 'corrupt', atByte: structuralBytes ? place : at(place, bytes) }),
  }));
  return [
    { name: 'refused connections', outcome: 'FAILED', mode: () => ({ mode: 'refuse' }) },
    ...SHARES.map((share): NetworkFault => ({
      name: `a cut ${percent(share)}`,
      outcome: 'FAILED',
      mode: (bytes) => ({ mode: 'cut', afterBytes: at(share, bytes) }),
    })),
    ...SHARES.map((share): NetworkFault => ({
      name: `a quiet end ${percent(share)}`,
      outcome: 'FAILED',
      mode: (bytes) => ({ mode: 'truncate', afterBytes: at(share, bytes) }),
    })),
    ...corrupted,
    { name: 'silence', outcome: 'FAILED', mode: () => ({ mode: 'hang' }) },
    {
      name: 'answers after the time-out',
      outcome: 'FAILED',
      mode: () => ({ mode: 'delay', ms: TIMEOUT_SECONDS * 1000 + 500 }),
    },
    { name: 'late answers in time', outcome: 'UNCHANGED', mode: () => ({ mode: 'delay', ms: 15 }) },
  ];
}
