/** Text is put into bytes in pieces of about this many characters: short enough to stay in the processor's cache. */
const PIECE = 4096;

/** An answer on its way into bytes. */
export class Out {
  /** What is not in bytes yet; append to it. */
  text = '';
  private bytes: Buffer;
  private end = 0;

  /** @param expected how long the answer is likely to be, in bytes */
  constructor(expected: number) {
    this.bytes = Buffer.allocUnsafeSlow(Math.max(expected, PIECE));
  }

  /** Puts the text into bytes where there is enough of it. */
  drain(): void {
    if (this.text.length >= PIECE) this.flush();
  }

  /** All that was written, in a buffer of its own size. */
  finish(): Buffer {
    this.flush();
    const unused = this.bytes.length - this.end;
    return unused > this.end / 4 ? Buffer.from(this.bytes.subarray(0, this.end)) : this.bytes.subarray(0, this.end);
  }

  private flush(): void {
    // A UTF-16 unit is at most three bytes of UTF-8.
    const needed = this.end + this.text.length * 3;
    if (needed > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
      this.bytes.copy(larger, 0, 0, this.end);
      this.bytes = larger;
    }
    this.end += this.bytes.write(this.text, this.end, 'utf8');
    this.text = '';
  }
}
