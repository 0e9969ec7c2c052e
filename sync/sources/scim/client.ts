import { IncompleteRead } from '../../source';
import { backOff, retryAfterMs } from '../back-off';
import { textOf, type HttpClient } from '../http-client';

export type ScimResource = Record<string, unknown>;
export type ScimEndpoint = 'Users' | 'Groups';

export interface ScimQuery {
  filter?: string;
  attributes?: string;
}

interface ListResponse {
  totalResults: number;
  resources: ScimResource[];
}

/** The server's own clock, as far as it tells it, and what it can do (RFC 7643, 5). */
export interface ScimProvider {
  canFilter: boolean;
  now: Date | null;
}

/** A request the server understood and refused (4xx but 401, 403, 404 and 429). */
export class ScimRefusal extends IncompleteRead {}

const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const ATTEMPTS = 5;

/** SCIM 2.0 over HTTP (RFC 7644): single requests and whole, checked lists. */
export class ScimClient {
  constructor(
    private readonly http: HttpClient,
    private readonly basePath: string,
    private readonly token: string,
    private readonly pageSize: number,
  ) {}

  /**
   * Tells every resource of an endpoint page by page, advancing by what the server really sent (RFC 7644, 3.4.2.4).
   *
   * @throws IncompleteRead unless exactly `totalResults` different resources came and the total is the same afterwards.
   */
  async *pages(endpoint: ScimEndpoint, signal: AbortSignal, query: ScimQuery = {}): AsyncGenerator<ScimResource[]> {
    const ids = new Set<unknown>();
    let [startIndex, total] = [1, Infinity];
    while (startIndex <= total) {
      const page = await this.list(endpoint, signal, { ...query, startIndex, count: this.pageSize });
      if (total === Infinity) total = page.totalResults;
      if (page.totalResults !== total) throw changed(endpoint, total, page.totalResults);
      if (page.resources.length === 0 && startIndex <= total) {
        throw new IncompleteRead(`The server announced ${total} ${endpoint} and sent ${startIndex - 1}.`);
      }
      for (const resource of page.resources) ids.add(resource.id ?? resource);
      startIndex += page.resources.length;
      if (page.resources.length > 0) yield page.resources;
    }
    if (ids.size !== total) {
      throw new IncompleteRead(`The server announced ${total} ${endpoint} and sent ${ids.size} different ones.`);
    }
    const after = await this.total(endpoint, signal, query.filter);
    if (after !== total) throw changed(endpoint, total, after);
  }

  /** The number of resources, without reading more than one. */
  async total(endpoint: ScimEndpoint, signal: AbortSignal, filter?: string): Promise<number> {
    return (await this.list(endpoint, signal, { filter, startIndex: 1, count: 1 })).totalResults;
  }

  /** A single page, unchecked: for samples and searches. By default the first five. */
  async page(
    endpoint: ScimEndpoint,
    signal: AbortSignal,
    query: { filter?: string; startIndex?: number; count?: number } = {},
  ): Promise<ScimResource[]> {
    return (await this.list(endpoint, signal, { startIndex: 1, count: 5, ...query })).resources;
  }

  /** What the server says of itself; one without ServiceProviderConfig can filter nothing. */
  async provider(signal: AbortSignal): Promise<ScimProvider> {
    const { body, date } = await this.get('ServiceProviderConfig', signal, true);
    const filter = isObject(body?.filter) ? body.filter.supported : false;
    return { canFilter: filter === true, now: date };
  }

  private async list(
    endpoint: ScimEndpoint,
    signal: AbortSignal,
    query: Record<string, string | number | undefined>,
  ): Promise<ListResponse> {
    const given = Object.entries(query).filter((entry): entry is [string, string | number] => entry[1] !== undefined);
    const text = given.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
    const { body } = await this.get(`${endpoint}?${text}`, signal);
    const resources = body?.Resources ?? [];
    if (typeof body?.totalResults !== 'number' || !Array.isArray(resources) || !resources.every(isObject)) {
      throw new IncompleteRead(`The answer to ${endpoint} is no SCIM list response.`);
    }
    return { totalResults: body.totalResults, resources };
  }

  private async get(path: string, signal: AbortSignal, mayMiss = false) {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.http.send(
        {
          method: 'GET',
          path: `${this.basePath}/${path}`,
          headers: { authorization: `Bearer ${this.token}`, accept: 'application/scim+json, application/json' },
        },
        signal,
        async (response) => ({
          status: response.statusCode,
          text: await textOf(response, MAX_ANSWER_BYTES),
          retryAfter: retryAfterMs(response.headers['retry-after']),
          date: dateOf(response.headers.date),
        }),
      );
      if ((answer.status === 429 || answer.status === 503) && attempt < ATTEMPTS) {
        await backOff(attempt, signal, answer.retryAfter);
        continue;
      }
      if (mayMiss && (answer.status === 404 || answer.status === 501)) return { body: null, date: answer.date };
      if (answer.status !== 200) throw refusal(answer.status, path);
      return { body: parsed(answer.text), date: answer.date };
    }
  }
}

function refusal(status: number, path: string): IncompleteRead {
  const what = path.replace(/\?.*/, '');
  if (status === 401) return new IncompleteRead('The server does not accept the token (HTTP 401).');
  if (status === 403) return new IncompleteRead(`The token may not read ${what} (HTTP 403).`);
  if (status === 404) return new IncompleteRead(`There is no ${what} at this URL (HTTP 404).`);
  if (status === 429 || status >= 500) return new IncompleteRead(`The server fails at ${what} (HTTP ${status}).`);
  return new ScimRefusal(`The server refuses the request for ${what} (HTTP ${status}).`);
}

function parsed(text: string): ScimResource {
  try {
    const body: unknown = JSON.parse(text);
    if (isObject(body)) return body;
  } catch {
    // Told below: a cut or foreign answer.
  }
  throw new IncompleteRead('An answer of the server is no JSON object: it was cut, or this is no SCIM server.');
}

function changed(endpoint: ScimEndpoint, before: number, after: number): IncompleteRead {
  return new IncompleteRead(`The number of ${endpoint} changed from ${before} to ${after} while they were read.`);
}

function dateOf(header: string | string[] | undefined): Date | null {
  const time = typeof header === 'string' ? Date.parse(header) : NaN;
  return Number.isNaN(time) ? null : new Date(time);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
