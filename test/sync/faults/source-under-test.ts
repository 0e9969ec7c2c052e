import type { RunMode, SourceKind } from '../../../schema/sync.enums';
import type { Server } from '../../support/availability';

/**
 * What a run does under a fault. FAILED: not read to its end, and says so. REFUSED: read, but beyond the removal limits.
 * UNCHANGED: the fault is survived, by a retry or because it damages no more than a record, and the data are the same.
 */
export type Outcome = 'FAILED' | 'REFUSED' | 'UNCHANGED';

/** Where a source is reached, and what it is stored with. */
export interface Reachable {
  /** Null where there is no network. */
  port: number | null;
  /** Settings with the port that the connector is to use. */
  settings(port: number): Record<string, unknown>;
  secrets: Record<string, unknown>;
  /** Folders that imports may be read from. */
  importDirs?: string[];
}

/** A fault of the source itself, beside those of the network. */
export interface OwnFault {
  name: string;
  outcome: Outcome;
  /** What the error says. */
  says?: RegExp;
  inflict?(mode: RunMode): void | Promise<void>;
  mend?(): void | Promise<void>;
  /** Settings that are other than they should be, for this run. */
  settings?: Record<string, unknown>;
  secrets?: Record<string, unknown>;
}

/** One kind of source with a directory of its own, always the same people in it. */
export interface SourceUnderTest {
  kind: SourceKind;
  name: string;
  /** A program that has to be installed. */
  needs: Server | null;
  modes: RunMode[];
  /** Bytes at which a flipped bit is no other text but another protocol; null: any byte will do (TLS, checksums). */
  structuralBytes: number[] | null;
  start(): Promise<Reachable>;
  stop(): Promise<void>;
  faults: OwnFault[];
}

/** People in each directory: more than ten, so that the removal limit in percent counts. */
export const PEOPLE = 30;
export const people = Array.from({ length: PEOPLE }, (_, index) => ({
  id: `user${String(index).padStart(2, '0')}`,
  first: `First${index}`,
  last: `Last${index}`,
}));
/** Nobody may find it in an error. */
export const SECRET = 'S3cret-of-the-reader';
/** Of connecting and of one answer. */
export const TIMEOUT_SECONDS = 2;
