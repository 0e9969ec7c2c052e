/** A list of 32-bit integers that grows without boxing: 4 bytes an element. */
export class Int32List {
  private items: Int32Array;
  length = 0;

  constructor(capacity = 1024) {
    this.items = new Int32Array(Math.max(capacity, 1));
  }

  push(value: number): void {
    if (this.length === this.items.length) this.grow(this.length + 1);
    this.items[this.length++] = value;
  }

  at(index: number): number {
    return this.items[index] ?? 0;
  }

  set(index: number, value: number): void {
    if (index >= this.items.length) this.grow(index + 1);
    if (index >= this.length) this.length = index + 1;
    this.items[index] = value;
  }

  /** The elements, without a copy: valid until the next push. */
  view(): Int32Array {
    return this.items.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }

  private grow(atLeast: number): void {
    const larger = new Int32Array(Math.max(atLeast, Math.ceil(this.items.length * 1.6)));
    larger.set(this.items);
    this.items = larger;
  }
}
