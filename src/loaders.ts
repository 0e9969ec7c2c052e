import DataLoader from 'dataloader';

/**
 * Batches of one request: everything that is asked for at one level of a document becomes one statement. `name` tells
 * batches apart: put the arguments in it.
 */
export class Loaders {
  private readonly loaders = new Map<string, DataLoader<unknown, unknown>>();

  /** Loads what belongs to `key`, with all other keys asked for in the same tick; null where the batch has none. */
  load<K, V>(name: string, key: K, batch: (keys: readonly K[]) => Promise<Map<K, V>>): Promise<V | null> {
    let loader = this.loaders.get(name) as DataLoader<K, V | null> | undefined;
    if (!loader) {
      loader = new DataLoader<K, V | null>(async (keys) => {
        const values = await batch(keys);
        return keys.map((one) => values.get(one) ?? null);
      });
      this.loaders.set(name, loader);
    }
    return loader.load(key);
  }

  /** Forgets what was loaded: a mutation has written. */
  clear(): void {
    this.loaders.clear();
  }
}
