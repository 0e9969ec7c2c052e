import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { DocumentNode } from 'graphql';
import type { Context } from '../context';
import type { Variables } from '../input-defaults';
import type { DirectAnswers } from './direct-answers';

const MAX_DOCUMENTS = 500;
const MAX_LENGTH = 20_000;
/** What callers accept that get plain JSON from Apollo too; it chooses for all others. */
const ACCEPTED = new Set<string | undefined>([undefined, '*/*', 'application/json']);

/** Documents that were parsed, validated and answered directly before, by their text. The longest unused go first. */
export class KnownDocuments {
  private readonly documents = new Map<string, DocumentNode>();

  remember(text: string, document: DocumentNode): void {
    if (text.length > MAX_LENGTH || this.documents.has(text)) return;
    this.documents.set(text, document);
    for (const oldest of this.documents.keys()) {
      if (this.documents.size <= MAX_DOCUMENTS) break;
      this.documents.delete(oldest);
    }
  }

  get(text: string): DocumentNode | undefined {
    const document = this.documents.get(text);
    if (!document) return undefined;
    this.documents.delete(text);
    this.documents.set(text, document);
    return document;
  }
}

/**
 * Answers known documents before Apollo is asked: nothing that it would check is left to check. Requests that are in
 * any way unusual, and answers that are not direct, go on to it.
 */
export function answerKnownDocuments(
  app: FastifyInstance,
  path: string,
  known: KnownDocuments,
  answers: DirectAnswers,
  contextOf: (request: FastifyRequest) => Context,
): void {
  app.addHook('preHandler', async (request, reply) => {
    if (request.method !== 'POST' || request.routeOptions.url !== path) return;
    const asked = usualRequest(request);
    const document = asked && known.get(asked.query);
    if (!document) return;
    const { operationName, variables } = asked;
    const data = await answers.answer(document, operationName ?? '', variables ?? {}, contextOf(request));
    if (data) return reply.type('application/json; charset=utf-8').send(data.body);
  });
}

interface UsualRequest {
  query: string;
  operationName?: string | null;
  variables?: Variables | null;
}

function usualRequest({ headers, body }: FastifyRequest): UsualRequest | null {
  if (!ACCEPTED.has(headers.accept) || !isRecord(body)) return null;
  const { query, operationName, variables, extensions } = body;
  const isUsual =
    typeof query === 'string' &&
    (isNothing(operationName) || typeof operationName === 'string') &&
    (isNothing(variables) || isRecord(variables)) &&
    isNothing(extensions);
  return isUsual ? (body as unknown as UsualRequest) : null;
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
