/** So many places for each key at most: beyond, a Map takes less. */
const PLACES_A_KEY = 8;

/** Finds ordinals by the keys of their rows, which are mostly close together. */
export class OrdinalsById {
  private readonly places: Int32Array | null;
  private readonly map = new Map<number, number>();

  /** @param ids keys by ordinal; 0 for what has none yet */
  constructor(ids: Int32Array) {
    let most = 0;
    for (const id of ids) if (id > most) most = id;
    this.places = most < ids.length * PLACES_A_KEY ? new Int32Array(most + 1) : null;
    for (let ordinal = 0; ordinal < ids.length; ordinal++) {
      const id = ids[ordinal] ?? 0;
      if (id === 0) continue;
      if (this.places) this.places[id] = ordinal + 1;
      else this.map.set(id, ordinal);
    }
  }

  get(id: number): number | undefined {
    if (!this.places) return this.map.get(id);
    const place = this.places[id] ?? 0;
    return place === 0 ? undefined : place - 1;
  }
}
