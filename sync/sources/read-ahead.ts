/**
 * Reads one item ahead: the next page is on its way while the last is handled. Order, end and errors are those of the
 * source; never more than one item waits.
 */
export async function* readAhead<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  const items = source[Symbol.asyncIterator]();
  const ask = () => {
    const next = items.next();
    // A failure is told when its turn comes; until then it must not count as unhandled.
    next.catch(() => undefined);
    return next;
  };
  let next = ask();
  let isOver = false;
  try {
    for (;;) {
      const item = await next;
      if (item.done) {
        isOver = true;
        return;
      }
      next = ask();
      yield item.value;
    }
  } finally {
    if (!isOver) await items.return?.().catch(() => undefined);
  }
}
