import { Counter, Gauge, register } from 'prom-client';
import type { DirectAnswers } from './direct-answers';

const measured = new Set<DirectAnswers>();

/** Puts what is answered directly, and the memory of kept answers, into the metrics. @returns what takes them out again */
export function measureAnswers(answers: DirectAnswers): () => void {
  measured.add(answers);
  if (!register.getSingleMetric(BYTES)) registerMetrics();
  return () => void measured.delete(answers);
}

const BYTES = 'switchboard_kept_answers_bytes';

function registerMetrics(): void {
  const sum = (of: (answers: DirectAnswers) => number) => [...measured].reduce((total, one) => total + of(one), 0);
  new Gauge({
    name: BYTES,
    help: 'Memory of answers that are given again while the directory has not changed.',
    collect() {
      this.set(sum((answers) => answers.keptBytes));
    },
  });
  new Counter({
    name: 'switchboard_direct_answers_total',
    help: 'Queries answered without executing them, by where the answer came from.',
    labelNames: ['from'],
    collect() {
      this.reset();
      this.inc(
        { from: 'image' },
        sum(({ counts }) => counts.written),
      );
      this.inc(
        { from: 'kept' },
        sum(({ counts }) => counts.repeated),
      );
      this.inc(
        { from: 'sql' },
        sum(({ counts }) => counts.read),
      );
    },
  });
}
