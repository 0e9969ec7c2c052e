import { setFlagsFromString } from 'node:v8';

/**
 * Lets V8 collect garbage before its heap has grown by half, for a process that only synchronizes: on a large machine it
 * would rather let the heap grow several times over, though a run retains some tens of megabytes. Not for a process that
 * serves requests too: it would collect more often than it needs.
 */
export function boundHeap(): void {
  setFlagsFromString('--heap-growing-percent=50');
}
