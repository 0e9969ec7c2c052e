import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the heap of a process that only synchronizes near to what it holds: V8 collects before the old generation has
 * grown by a third, and the young generation stays at its first size. On a large machine it would rather let both grow
 * several times over, though a run retains some tens of megabytes. Measured on an import of 20,000 people: a peak of 211
 * MB instead of 300, in the same time. Not for a process that serves requests too: it would collect more than it needs.
 */
export function boundHeap(): void {
  setFlagsFromString('--heap-growing-percent=30');
  setFlagsFromString('--semi-space-growth-factor=1');
}
