import fc from 'fast-check';
import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
  isUnionType,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';

/** A random query and the values of its variables `$yes`, `$no` and `$n`. */
export interface GeneratedDocument {
  query: string;
  variables: Record<string, unknown>;
}

/** Draws one number below `bound`. */
type Draw = (bound: number) => number;

/**
 * Random documents that are valid against a schema: fields with arguments, aliases, fragments of both kinds on concrete
 * and abstract types, @skip and @include with constants and variables, variables with defaults.
 * @param ids ids to ask for
 */
export function documents(schema: GraphQLSchema, ids: readonly string[]): fc.Arbitrary<GeneratedDocument> {
  return fc
    .tuple(
      fc.infiniteStream(fc.nat({ max: 1 << 20 })),
      fc.boolean(),
      fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
    )
    .map(([numbers, yes, n]) => {
      const draw: Draw = (bound) => Number(numbers.next().value) % bound;
      const writer = new Writer(schema, ids, draw);
      const query = writer.document();
      return { query, variables: { yes, ...(n === undefined ? {} : { n }) } };
    });
}

class Writer {
  private readonly fragments: string[] = [];
  private aliases = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly ids: readonly string[],
    private readonly draw: Draw,
  ) {}

  document(): string {
    const root = this.schema.getQueryType();
    if (!root) throw new Error('no queries');
    const body = this.selection(root, 4);
    return `query ($yes: Boolean!, $no: Boolean = false, $n: Int = 2) { always: __typename @include(if: $yes) never: __typename @skip(if: $no) ${body} ${this.pageUse()} }\n${this.fragments.join('\n')}`;
  }

  /** Uses `$n`, which would be refused as unused otherwise. */
  private pageUse(): string {
    return 'paged: groups(first: $n) { totalCount }';
  }

  private selection(type: GraphQLCompositeType, depth: number): string {
    const parts = ['__typename'];
    const fields = isUnionType(type)
      ? []
      : Object.values(type.getFields()).filter((field) => this.isUsable(field, depth));
    for (let left = 1 + this.draw(4); left > 0 && fields.length > 0; left--) {
      parts.push(this.field(fields[this.draw(fields.length)], depth));
    }
    if (depth > 0 && this.draw(4) === 0) parts.push(this.fragment(type, depth));
    if (isAbstractType(type)) {
      for (const possible of this.schema.getPossibleTypes(type)) {
        if (this.draw(3) === 0)
          parts.push(`... on ${possible.name} ${this.directive()} { ${this.selection(possible, depth - 1)} }`);
      }
    }
    return parts.join(' ');
  }

  private fragment(type: GraphQLCompositeType, depth: number): string {
    const body = this.selection(type, depth - 1);
    if (this.draw(2) === 0) return `... ${this.directive()} { ${body} }`;
    const name = `F${this.fragments.length}_${this.aliases}`;
    this.fragments.push(`fragment ${name} on ${type.name} { ${body} }`);
    return `...${name} ${this.directive()}`;
  }

  private isUsable(field: GraphQLField<unknown, unknown>, depth: number): boolean {
    return depth > 0 || !isCompositeType(getNamedType(field.type));
  }

  /** Every field under an alias of its own: the same name with other arguments would conflict. */
  private field(field: GraphQLField<unknown, unknown>, depth: number): string {
    const type = getNamedType(field.type);
    const args = field.args.map((arg) => this.argument(arg)).filter((text) => text !== '');
    const head = `a${this.aliases++}: ${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''} ${this.directive()}`;
    return isCompositeType(type) ? `${head} { ${this.selection(type, depth - 1)} }` : head;
  }

  private directive(): string {
    const choices = [
      '@include(if: $yes)',
      '@skip(if: $yes)',
      '@include(if: true)',
      '@skip(if: $no)',
      '@include(if: $no)',
    ];
    return this.draw(5) === 0 ? choices[this.draw(choices.length)] : '';
  }

  private argument(arg: GraphQLArgument | GraphQLInputField): string {
    const isRequired = isNonNullType(arg.type) && arg.defaultValue === undefined;
    if (!isRequired && this.draw(4) > 0 && arg.name !== 'first') return '';
    return `${arg.name}: ${this.value(arg.type, arg.name)}`;
  }

  private value(type: GraphQLInputType, name: string): string {
    if (isNonNullType(type)) return this.value(type.ofType, name);
    if (isListType(type)) return `[${this.value(type.ofType, name)}]`;
    if (isEnumType(type)) return type.getValues()[this.draw(type.getValues().length)].name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).map((field) => this.argument(field));
      return `{ ${fields.filter((text) => text !== '').join(', ')} }`;
    }
    return isScalarType(type) ? this.scalar(type.name, name) : 'null';
  }

  private scalar(type: string, name: string): string {
    if (type === 'ID') return JSON.stringify(this.ids[this.draw(this.ids.length)]);
    if (type === 'Int' || type === 'Float') return name === 'first' ? ['0', '1', '3', '-1', '$n'][this.draw(5)] : '1';
    if (type === 'Boolean') return ['true', 'false', '$yes'][this.draw(3)].replace('$yes', 'true');
    if (type === 'DateTime') return '"2026-01-31T12:00:00Z"';
    if (type === 'LocalTime') return '"07:30"';
    return type === 'String' && name !== 'after' && name !== 'before' ? '"a"' : 'null';
  }
}
