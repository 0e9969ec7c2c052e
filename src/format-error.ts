import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { AppError } from './errors';
import type { Logger } from './logger';

const MASKED = 'Something went wrong here. It has been logged.';
/** How messages about literals repeat them, and what is said instead. */
const LITERALS: [RegExp, string][] = [
  [/(Expected value of type "[^"]+", found ).*$/s, '$1another.'],
  [/^(\w+ cannot represent [^:]*): .*$/s, '$1.'],
  [/^Value ".*?" does not exist in/s, 'This value does not exist in'],
];
const VARIABLE = /^Variable "\$(\w+)" (?:got invalid value .*?; |got invalid value |of )/s;

/**
 * What a caller may learn of an error: expected failures as they are, GraphQL's own without the values that were sent,
 * everything else masked and logged.
 */
export function createErrorFormatter(log: Logger) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const original = thrownError(error);
    const { locations, path } = formatted;
    const place = { ...(locations ? { locations } : {}), ...(path ? { path } : {}) };
    if (original instanceof AppError) {
      return { message: original.message, ...place, extensions: { code: original.code, ...original.details } };
    }
    const code = graphqlsOwnCode(error) ?? formatted.extensions?.['code'];
    // Before execution there is no path: what a scalar threw there refuses a literal or a variable.
    const refusesInput = !path && (code === 'GRAPHQL_VALIDATION_FAILED' || code === 'BAD_USER_INPUT');
    if (refusesInput || (isGraphqlsOwn(error) && code !== 'INTERNAL_SERVER_ERROR'))
      return { ...withoutValues(formatted.message, code), ...place };
    log.error({ err: original, path }, 'unexpected error');
    return { message: MASKED, ...place, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
  };
}

/** What was thrown: by a resolver, or by the iterable of a subscription, whose error has no path. */
function thrownError(error: unknown): unknown {
  const cause = error instanceof GraphQLError ? error.originalError : null;
  return cause instanceof AppError ? cause : unwrapResolverError(error);
}

/** Apollo wraps errors of validation and coercion, sometimes twice; below them is no error of ours or of a driver. */
function isGraphqlsOwn(error: unknown): boolean {
  return error instanceof GraphQLError && (!error.originalError || isGraphqlsOwn(error.originalError));
}

/** The code that a rule of ours gave its error, under Apollo's wrapping. */
function graphqlsOwnCode(error: unknown): unknown {
  const inner = error instanceof GraphQLError ? error.originalError : undefined;
  return inner instanceof GraphQLError ? (graphqlsOwnCode(inner) ?? inner.extensions['code']) : undefined;
}

/** Messages of coercion repeat what was sent, passwords included: they are told anew, with the field. */
function withoutValues(message: string, code: unknown): { message: string; extensions: Record<string, unknown> } {
  const variable = VARIABLE.exec(message)?.[1];
  if (code === 'BAD_USER_INPUT' && variable) return invalidVariable(variable, message);
  return {
    message: LITERALS.reduce((text, [pattern, told]) => text.replace(pattern, told), message),
    extensions: { code },
  };
}

/** `at "input.fallback.kind"`: the last one is graphql's own, earlier ones may stand in the value. */
const AT = /^[\s\S]* at "\w+([\w.[\]]*)"; /;
const MISSING = /Field "(\w+)" of required type "([\w![\]]+)" was not provided\.$/;
const UNKNOWN = /Field "(\w+)" is not defined by type "(\w+)"/;

/** Names the field at fault by its path inside the variable, and says what it should be. */
function invalidVariable(variable: string, message: string): { message: string; extensions: Record<string, unknown> } {
  const path = (AT.exec(message)?.[1] ?? '').replace(/^\./, '');
  const [missing, unknown] = [MISSING.exec(message), UNKNOWN.exec(message)];
  const inner = missing?.[1] ?? unknown?.[1] ?? '';
  const field = [path, inner].filter(Boolean).join('.') || variable;
  const expected = /Expected type "([\w![\]]+)"/.exec(message)?.[1] ?? /(\w+) cannot represent/.exec(message)?.[1];
  const reason = missing
    ? `is required (${missing[2]})`
    : unknown
      ? `is not known to ${unknown[2]}`
      : `has an invalid value${expected ? `; expected ${expected}` : ''}`;
  return { message: `Variable "$${variable}": ${field} ${reason}.`, extensions: { code: 'BAD_USER_INPUT', field } };
}
