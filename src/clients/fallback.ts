/** What happens to a transferred call that nobody answers. */
export interface FallbackSettings {
  kind: 'NONE' | 'INITIATOR_NUMBER' | 'CUSTOM_NUMBER';
  timeoutSeconds: number | null;
  number: string | null;
}

/** The same as it comes in. */
export interface FallbackRequest {
  kind: FallbackSettings['kind'];
  timeoutSeconds?: number | null;
  number?: string | null;
}

/** What is wrong with an input, and where. */
export interface InputFault {
  field: string;
  message: string;
}

/** The settings without what their kind does not use: NONE has neither time-out nor number, only CUSTOM_NUMBER a number. */
export function normaliseFallback({ kind, timeoutSeconds, number }: FallbackRequest): FallbackSettings {
  return {
    kind,
    timeoutSeconds: kind === 'NONE' ? null : (timeoutSeconds ?? null),
    number: kind === 'CUSTOM_NUMBER' ? number?.trim() || null : null,
  };
}

/**
 * Why a fallback cannot be set, null where it can (C19–C22): a kind other than NONE needs a time-out strictly between 0
 * and the call manager's, CUSTOM_NUMBER a number.
 */
export function fallbackFault(request: FallbackRequest, callManagerTimeoutSeconds: number): InputFault | null {
  const { kind, timeoutSeconds, number } = normaliseFallback(request);
  if (kind === 'NONE') return null;
  if (timeoutSeconds === null) return fault('timeoutSeconds', `${kind} needs a time-out.`);
  if (!(timeoutSeconds > 0)) return fault('timeoutSeconds', 'The time-out must be greater than 0 seconds.');
  if (!(timeoutSeconds < callManagerTimeoutSeconds)) {
    const limit = `the call manager's time-out of ${callManagerTimeoutSeconds} seconds`;
    return fault('timeoutSeconds', `The time-out must be smaller than ${limit}.`);
  }
  if (kind === 'CUSTOM_NUMBER' && number === null) return fault('number', 'CUSTOM_NUMBER needs a number.');
  return null;
}

function fault(field: string, message: string): InputFault {
  return { field: `fallback.${field}`, message };
}
