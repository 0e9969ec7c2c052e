import { median } from './measure';
import { ask, post, type Subject } from './subjects';

/** Milliseconds of a page of a list, one request after the other. */
export interface PageTimes {
  subject: Subject;
  /** Number of the far page. */
  far: number;
  first: number;
  away: number;
}

const PER_PAGE = 10;
const REQUESTS = 400;
const DOCUMENT =
  'query ($after: String, $first: Int) { users(first: $first, after: $after) { pageInfo { endCursor } nodes { id displayName } } }';

/** What page 10,000 of the people costs against page 1, by turns: by cursors, as a reader that goes through all would. */
export async function measurePages(subject: Subject, people: number): Promise<PageTimes> {
  const { authorization = '' } = subject.request('Q1', 0).headers;
  const send = async (after: string | null, first: number) => {
    const request = post('/graphql', DOCUMENT, { after, first }, authorization.replace('Bearer ', ''));
    const text = await ask(subject.child.url, request);
    const answer = JSON.parse(text) as { data?: { users: { pageInfo: { endCursor: string }; nodes: unknown[] } } };
    if (answer.data?.users.nodes.length !== first) throw new Error(`${subject.name}: ${text.slice(0, 300)}`);
    return answer.data.users.pageInfo.endCursor;
  };
  const far = Math.floor(people / PER_PAGE);
  let cursor: string | null = null;
  for (let left = (far - 1) * PER_PAGE; left > 0; left -= 500) cursor = await send(cursor, Math.min(500, left));
  const times: [number[], number[]] = [[], []];
  for (let turn = 0; turn < REQUESTS; turn++) {
    for (const [which, after] of [null, cursor].entries()) {
      const begin = performance.now();
      await send(after, PER_PAGE);
      times[which]?.push(performance.now() - begin);
    }
  }
  return { subject, far, first: median(times[0]), away: median(times[1]) };
}
