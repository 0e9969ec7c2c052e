import { QUERY_NAMES } from './queries';
import { ask, type Subject } from './subjects';

/** As often each query is asked before it is measured, for so many milliseconds at most: plans, statements, optimized code. */
const WARM_UP = { requests: 30, milliseconds: 3000 };

/**
 * Whether everybody tells of the same people and groups, or the comparison would mean nothing: the same parents in the
 * same order; of Q1 the same first members in the same order, of Q2 and Q3 the same groups in any.
 * @throws Error naming who answers otherwise, or with errors
 */
export async function checkAnswers(subjects: readonly Subject[]): Promise<void> {
  const expected = new Map<string, string>();
  for (const subject of subjects) {
    for (const query of QUERY_NAMES) {
      let text = '';
      const end = performance.now() + WARM_UP.milliseconds;
      for (let turn = 0; turn < WARM_UP.requests && performance.now() < end; turn++)
        text = await ask(subject.child.url, subject.request(query, 7));
      const outline = outlineOf(text, query !== 'Q1');
      const wanted = expected.get(query) ?? outline;
      expected.set(query, wanted);
      if (outline !== wanted || !outline.includes(':'))
        throw new Error(`${subject.name} answers ${query} otherwise: ${outline.slice(0, 200)} … ${text.slice(0, 300)}`);
    }
  }
}

/** `parent:child,child…` of each parent, whatever lists and edges are called. */
function outlineOf(text: string, isSorted: boolean): string {
  const { data, errors } = JSON.parse(text) as { data?: unknown; errors?: unknown };
  if (errors || !data) throw new Error(text.slice(0, 500));
  return parentsIn(data)
    .map((parent) => {
      const [own = 0, ...children] = idsIn(parent);
      return `${own}:${(isSorted ? children.sort((one, other) => one - other) : children).join(',')}`;
    })
    .join(' ');
}

/** The first objects that have an id, from outside in. */
function parentsIn(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(parentsIn);
  if (typeof value !== 'object' || value === null) return [];
  return 'id' in value ? [value] : Object.values(value).flatMap(parentsIn);
}

/** Numbers of the ids in an answer, in its order: `"User_7"`, `"7"` and `7` are the same. */
function idsIn(value: unknown): number[] {
  return [...JSON.stringify(value).matchAll(/"id":"?(?:[A-Za-z]+_)?(\d+)/g)].map(([, id]) => Number(id));
}
