/** Work that may be interrupted wherever it yields; nobody else sees what it makes before its end. */
export type Sliced<T> = Generator<undefined, T, undefined>;

/** Milliseconds that a slice takes before others have their turn. */
const SLICE_MILLISECONDS = 5;

/** Does the work without a break. */
export function atOnce<T>(work: Sliced<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** Does the work in slices of some milliseconds, between which the event loop serves others. */
export async function inSlices<T>(work: Sliced<T>): Promise<T> {
  for (;;) {
    const end = performance.now() + SLICE_MILLISECONDS;
    do {
      const step = work.next();
      if (step.done) return step.value;
    } while (performance.now() < end);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
