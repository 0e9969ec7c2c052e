/** What a simulated call manager does wrong, on request. */
export type FaultKind =
  | { kind: 'tooLarge'; suggestion: number | null; total?: number }
  | { kind: 'fault'; code: number; message: string }
  | { kind: 'memory' }
  | { kind: 'status'; status: 401 | 403 | 404 | 500 | 502 | 503; retryAfter?: number }
  /** Half of the answer, then the connection is gone. */
  | { kind: 'cut' }
  /** Half of the answer, ended as if it were all. */
  | { kind: 'short' }
  /** Half of the answer, then nothing more. */
  | { kind: 'stall' }
  | { kind: 'hang' }
  | { kind: 'html' }
  /** The whole answer, after something happened in the directory. */
  | { kind: 'meanwhile'; happens: () => void };

export type PlannedFault = FaultKind & {
  /** Only requests of this operation. */
  operation?: string;
  /** So many matching requests pass first. */
  after?: number;
  /** How often; 1 by default. */
  times?: number;
  /** Only requests for which this holds, such as a certain page. */
  when?: (xml: string) => boolean;
};

/** The faults still to come, in the order of their planning. */
export class FaultPlan {
  private readonly planned: { fault: PlannedFault; passed: number; left: number }[] = [];

  plan(fault: PlannedFault): void {
    this.planned.push({ fault, passed: 0, left: fault.times ?? 1 });
  }

  /** The fault due for a request, taken off the plan. */
  due(operation: string, xml: string): FaultKind | null {
    for (const entry of this.planned) {
      const { fault } = entry;
      if (entry.left === 0 || (fault.operation !== undefined && fault.operation !== operation)) continue;
      if (fault.when && !fault.when(xml)) continue;
      if (entry.passed++ < (fault.after ?? 0)) continue;
      entry.left -= 1;
      return fault;
    }
    return null;
  }
}
