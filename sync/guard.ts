import type { Removals } from './plan-context';

export interface Limits {
  maxCount: number | null;
  maxPercent: number | null;
}

/** Percentages do not apply under this many removals (S6). */
const PERCENT_FROM = 10;

/**
 * Why a plan removes too much, in words, or null. Each kind is judged by count and by percent of what the source owned.
 */
export function refusalOf(removals: Removals, owned: Removals, limits: Limits): string | null {
  const faults: string[] = [];
  for (const kind of ['users', 'groups', 'memberships'] as const) {
    const [gone, all] = [removals[kind], owned[kind]];
    if (limits.maxCount !== null && gone > limits.maxCount)
      faults.push(`${gone} ${kind} would be removed, the limit is ${limits.maxCount}.`);
    if (limits.maxPercent !== null && isShareJudged(gone, limits) && gone * 100 > limits.maxPercent * all) {
      const percent = all === 0 ? 100 : Math.round((gone * 1000) / all) / 10;
      faults.push(`${gone} of ${all} ${kind} would be removed (${percent} %), the limit is ${limits.maxPercent} %.`);
    }
  }
  return faults.length === 0 ? null : faults.join(' ');
}

/** Whether it matters how many of a kind the source owned: counting a million memberships takes its time. */
export function isShareJudged(removals: number, limits: Limits): boolean {
  return limits.maxPercent !== null && removals >= PERCENT_FROM;
}

/** An empty answer is taken for a fault of the directory where something was known to be in it (S5). */
export function isSuspiciouslyEmpty(told: number, owned: number): boolean {
  return told === 0 && owned > 0;
}
