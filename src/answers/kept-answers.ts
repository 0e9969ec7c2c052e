import type { DirectoryImage } from '../snapshot/directory-image';

/** Written answers, kept for as long as the image they were written from is as it was. The longest unused go first. */
export class KeptAnswers {
  private readonly answers = new Map<string, Buffer>();
  private image: WeakRef<DirectoryImage> | null = null;
  private version = -1;
  private size = 0;

  /** @param limit bytes to keep at most */
  constructor(private readonly limit: number) {}

  /** Bytes kept. */
  get bytes(): number {
    return this.size;
  }

  get(image: DirectoryImage, key: string): Buffer | undefined {
    this.follow(image);
    const answer = this.answers.get(key);
    if (!answer) return undefined;
    this.answers.delete(key);
    this.answers.set(key, answer);
    return answer;
  }

  keep(image: DirectoryImage, key: string, answer: Buffer): void {
    // One answer must not push all others out.
    if (answer.length + key.length > this.limit / 4) return;
    this.follow(image);
    this.answers.set(key, answer);
    this.size += answer.length + key.length;
    for (const [oldest, body] of this.answers) {
      if (this.size <= this.limit) break;
      this.answers.delete(oldest);
      this.size -= body.length + oldest.length;
    }
  }

  private follow(image: DirectoryImage): void {
    if (this.image?.deref() === image && this.version === image.version) return;
    this.answers.clear();
    this.size = 0;
    this.image = new WeakRef(image);
    this.version = image.version;
  }
}
