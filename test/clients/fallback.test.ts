import { fallbackFault, normaliseFallback } from '../../src/clients/fallback';
import type { FallbackRequest } from '../../src/clients/fallback';

const CALL_MANAGER = 30;

describe('fallback', () => {
  it.each<[string, FallbackRequest, string | null]>([
    ['C19: NONE needs nothing', { kind: 'NONE' }, null],
    ['C22: NONE clears what is given', { kind: 'NONE', timeoutSeconds: 999, number: '0' }, null],
    ['C20: the initiator', { kind: 'INITIATOR_NUMBER', timeoutSeconds: 10 }, null],
    ['C21: a custom number', { kind: 'CUSTOM_NUMBER', timeoutSeconds: 10, number: '100' }, null],
    ['C21: CUSTOM needs a number', { kind: 'CUSTOM_NUMBER', timeoutSeconds: 10 }, 'fallback.number'],
    ['C21: a blank number is none', { kind: 'CUSTOM_NUMBER', timeoutSeconds: 10, number: ' ' }, 'fallback.number'],
    ['C22: a time-out is needed', { kind: 'INITIATOR_NUMBER' }, 'fallback.timeoutSeconds'],
    ['C22: also for CUSTOM', { kind: 'CUSTOM_NUMBER', number: '1', timeoutSeconds: null }, 'fallback.timeoutSeconds'],
    ['C22: more than 0', { kind: 'INITIATOR_NUMBER', timeoutSeconds: 0 }, 'fallback.timeoutSeconds'],
    ['C22: not negative', { kind: 'INITIATOR_NUMBER', timeoutSeconds: -1 }, 'fallback.timeoutSeconds'],
    ['C22: the least', { kind: 'INITIATOR_NUMBER', timeoutSeconds: 1 }, null],
    ['C22: the most', { kind: 'INITIATOR_NUMBER', timeoutSeconds: CALL_MANAGER - 1 }, null],
    ['C22: strictly', { kind: 'INITIATOR_NUMBER', timeoutSeconds: CALL_MANAGER }, 'fallback.timeoutSeconds'],
    ['C22: above', { kind: 'CUSTOM_NUMBER', timeoutSeconds: 31, number: '1' }, 'fallback.timeoutSeconds'],
  ])('%s', (_, request, field) => {
    expect(fallbackFault(request, CALL_MANAGER)?.field ?? null).toBe(field);
  });

  it.each<[string, FallbackRequest, number | null, string | null]>([
    ['C22: NONE clears both', { kind: 'NONE', timeoutSeconds: 5, number: '1' }, null, null],
    ['C20: the initiator has no number', { kind: 'INITIATOR_NUMBER', timeoutSeconds: 5, number: '1' }, 5, null],
    ['C21: CUSTOM has both', { kind: 'CUSTOM_NUMBER', timeoutSeconds: 5, number: ' 100 ' }, 5, '100'],
  ])('%s', (_, request, timeoutSeconds, number) => {
    expect(normaliseFallback(request)).toEqual({ kind: request.kind, timeoutSeconds, number });
  });
});
