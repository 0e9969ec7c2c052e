import {
  getOperationAST,
  getVariableValues,
  GraphQLError,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { authorize } from '../auth/policy';
import { hidesContacts } from '../auth/viewer';
import type { Context } from '../context';
import { AppError } from '../errors';
import type { Variables } from '../input-defaults';
import type { Logger } from '../logger';
import type { DirectoryImage } from '../snapshot/directory-image';
import type { DirectorySnapshot } from '../snapshot/directory-snapshot';
import { writeFromImage, type ImageAnswer } from './image-writer';
import { NotDirect } from './json';
import { KeptAnswers } from './kept-answers';
import { Out } from './out';
import { planOperation, type Plan } from './plan';
import { conditionVariables } from './selection';
import { writeFromSql, type SqlAnswer } from './sql-writer';

/** The data of an answer as it goes over the wire. */
export class WrittenData {
  /** @param body the whole answer, UTF-8: `{"data":…}` and a line feed */
  constructor(readonly body: Buffer) {}
}

interface Prepared {
  /** Tells the plans of a process apart. */
  number: number;
  plan: Plan;
  fromImage: ImageAnswer;
  fromSql: SqlAnswer;
  /** Bytes of the last answer: the next is likely to be as long. */
  length: number;
}

/** Of more conditions than this there are too many plans. */
const MAX_CONDITIONS = 4;

/**
 * Answers documents that ask for nothing but rows of the directory by writing their JSON straight from the image or from
 * rows of the database, without resolvers, promises or objects for the answer. Whatever is not so, from masked viewers to
 * bad arguments, gives null: the executor answers it, with the errors it knows.
 */
export class DirectAnswers {
  private readonly plans = new WeakMap<DocumentNode, Map<string, Prepared | null>>();
  private readonly conditions = new WeakMap<DocumentNode, string[]>();
  private readonly kept: KeptAnswers;
  private planned = 0;
  /** How many answers were written from the image, how many kept ones given again, how many written from SQL. */
  readonly counts = { written: 0, repeated: 0, read: 0 };

  /** @param keepBytes memory for answers to be given again while nothing has changed */
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly snapshot: DirectorySnapshot | null,
    keepBytes: number,
    private readonly log: Logger,
  ) {
    this.kept = new KeptAnswers(keepBytes);
  }

  /** Memory of kept answers, in bytes. */
  get keptBytes(): number {
    return this.kept.bytes;
  }

  async answer(
    document: DocumentNode,
    operationName: string,
    given: Variables,
    context: Context,
  ): Promise<WrittenData | null> {
    const { viewer, scope } = context;
    if (!scope.all || hidesContacts(viewer)) return null;
    // Names come from callers: nothing is kept of those that the document does not have.
    const operation = getOperationAST(document, operationName || null);
    const variables = operation && this.variablesOf(operation, given);
    try {
      const prepared = variables && this.lookUp(document, operationName, variables);
      if (!prepared) return null;
      for (const { permission } of prepared.plan.roots) authorize(viewer, permission);
      const image = this.snapshot && (await this.snapshot.current(context.revision));
      const written = image && this.fromImage(prepared, image, variables);
      if (written) return new WrittenData(written);
      const body = bodyOf(prepared, await prepared.fromSql(context.db, variables));
      this.counts.read++;
      return new WrittenData(body);
    } catch (error) {
      // Said by whoever can say it: a refused argument, a permission that is missing, a list that the database cut.
      const isExpected = [NotDirect, AppError, GraphQLError].some((expected) => error instanceof expected);
      if (!isExpected) this.log.warn({ err: error }, 'a query was not answered directly and is executed');
      return null;
    }
  }

  /** @returns null where the image does not tell: searches, the past, clients */
  private fromImage(prepared: Prepared, image: DirectoryImage, variables: Variables): Buffer | null {
    const key = `${prepared.number} ${JSON.stringify(variables)}`;
    const kept = this.kept.get(image, key);
    if (kept) {
      this.counts.repeated++;
      return kept;
    }
    const body = orNull(() => bodyOf(prepared, (out) => prepared.fromImage(out, image, variables)));
    if (body === null) return null;
    this.kept.keep(image, key, body);
    this.counts.written++;
    return body;
  }

  /** How many plans are kept for a document. */
  plansOf(document: DocumentNode): number {
    return this.plans.get(document)?.size ?? 0;
  }

  private variablesOf(
    { variableDefinitions: definitions }: OperationDefinitionNode,
    given: Variables,
  ): Variables | null {
    if (!definitions || definitions.length === 0) return NONE;
    return getVariableValues(this.schema, definitions, given).coerced ?? null;
  }

  private lookUp(document: DocumentNode, operationName: string, variables: Variables): Prepared | null {
    let names = this.conditions.get(document);
    if (!names) this.conditions.set(document, (names = conditionVariables(document)));
    if (names.length > MAX_CONDITIONS) return null;
    let plans = this.plans.get(document);
    if (!plans) this.plans.set(document, (plans = new Map<string, Prepared | null>()));
    const conditions = Object.fromEntries(names.map((name) => [name, variables[name]]));
    const key = `${operationName} ${JSON.stringify(conditions)}`;
    let prepared = plans.get(key);
    if (prepared === undefined) {
      // Whatever comes of it, once.
      plans.set(key, null);
      const plan = planOperation(this.schema, document, operationName, conditions);
      prepared = plan && {
        number: this.planned++,
        plan,
        fromImage: writeFromImage(plan),
        fromSql: writeFromSql(plan),
        length: 0,
      };
      plans.set(key, prepared);
    }
    return prepared;
  }
}

const NONE: Variables = {};

function orNull(write: () => Buffer): Buffer | null {
  try {
    return write();
  } catch (error) {
    if (error instanceof NotDirect) return null;
    throw error;
  }
}

function bodyOf(prepared: Prepared, write: (out: Out) => void): Buffer {
  const out = new Out(Math.ceil(prepared.length * 1.1));
  out.text = '{"data":';
  write(out);
  out.text += '}\n';
  const body = out.finish();
  prepared.length = body.length;
  return body;
}
