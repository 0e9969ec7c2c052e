import { IncompleteRead } from '../../source';

/** A SOAP fault of AXL. `code` is its axlcode; 5007: not found, or (listChange) another change queue. */
export class AxlFault extends IncompleteRead {
  constructor(
    readonly operation: string,
    readonly code: number,
    readonly text: string,
  ) {
    super(`The call manager refuses ${operation}: ${text} (AXL code ${code}).`);
    this.name = 'AxlFault';
  }
}

/** The account or its rights are refused. Never tried again: UCM locks accounts. */
export class AxlRefused extends IncompleteRead {}

/** No schema version is spoken by both. */
export class AxlVersionUnknown extends IncompleteRead {}

/**
 * The answer would pass 8 MB (Cisco, AXL Developer Guide, "Data Throttling and Performance"): `Query request too large.
 * Total rows matched: N rows. Suggestive Row Fetch: less than M rows`, in several spellings, at times without numbers.
 */
export function isTooLarge(error: unknown): error is AxlFault {
  return error instanceof AxlFault && /Query request too large/i.test(error.text);
}

/** Other requests use up the memory for AXL at the moment: a matter of waiting. */
export function isOutOfMemory(error: unknown): boolean {
  return error instanceof AxlFault && /Maximum AXL Memory Allocation Consumed/i.test(error.text);
}

/**
 * The page to ask for after a too-large fault: a fifth of what the call manager suggests, for it counts rows and not
 * what is in them, and at most half of what was asked. Null where there is nothing left to divide.
 */
export function smallerPage(page: number, fault: AxlFault): number | null {
  if (page <= 1) return null;
  const suggested = /(?:Suggest\w* row fetch|less than)\D*(\d+)/i.exec(fault.text)?.[1];
  const half = Math.floor(page / 2);
  if (suggested === undefined) return half;
  return Math.max(1, Math.min(half, Math.floor(Number(suggested) / 5)));
}
