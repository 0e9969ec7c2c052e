import {
  AndFilter,
  ApproximateFilter,
  EqualityFilter,
  ExtensibleFilter,
  type Filter,
  GreaterThanEqualsFilter,
  LessThanEqualsFilter,
  NotFilter,
  OrFilter,
  PresenceFilter,
  SubstringFilter,
} from 'ldapts';

/** The text is no search filter. `message` says where and why. */
export class FilterSyntaxError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FilterSyntaxError';
  }
}

const MAX_DEPTH = 50;
const ATTRIBUTE = /^(?:[a-zA-Z][a-zA-Z0-9-]*|\d+(?:\.\d+)+)(?:;[a-zA-Z0-9-]+)*$/;
const RULE = /^(?:[a-zA-Z][a-zA-Z0-9-]*|\d+(?:\.\d+)+)$/;

/**
 * Parses an LDAP search filter (RFC 4515) whole: nothing may be left over, so that a filter put together with others
 * cannot break out of its place. Escaped bytes are read as UTF-8. Outer parentheses may be missing, as administrators
 * write it.
 *
 * @throws FilterSyntaxError
 */
export function parseFilter(text: string): Filter {
  const trimmed = text.trim();
  const parser = new FilterParser(trimmed.startsWith('(') ? trimmed : `(${trimmed})`);
  return parser.whole();
}

class FilterParser {
  private at = 0;

  constructor(private readonly text: string) {}

  whole(): Filter {
    const filter = this.filter(0);
    if (this.at !== this.text.length) throw this.fault('something follows after the last parenthesis');
    return filter;
  }

  private filter(depth: number): Filter {
    if (depth > MAX_DEPTH) throw this.fault('it is nested too deeply');
    this.expect('(');
    const filter = this.content(depth);
    this.expect(')');
    return filter;
  }

  private content(depth: number): Filter {
    const kind = this.text[this.at];
    if (kind !== '&' && kind !== '|' && kind !== '!') return this.item();
    this.at++;
    if (kind === '!') return new NotFilter({ filter: this.inner(depth) });
    const filters: Filter[] = [];
    do filters.push(this.inner(depth));
    while (this.skipSpaces() === '(');
    return kind === '&' ? new AndFilter({ filters }) : new OrFilter({ filters });
  }

  private inner(depth: number): Filter {
    this.skipSpaces();
    const filter = this.filter(depth + 1);
    this.skipSpaces();
    return filter;
  }

  private item(): Filter {
    const end = this.text.indexOf(')', this.at);
    const item = this.text.slice(this.at, end < 0 ? undefined : end);
    const match = /^([^=()<>~:]*?)\s*(:[^=()]*:?=|[<>~]?=)([^]*)$/.exec(item);
    if (!match) throw this.fault(`"${item}" is no comparison`);
    const [, attribute = '', operator = '', value = ''] = match;
    if (value.includes('(')) throw this.fault('a parenthesis in a value is written \\28 or \\29');
    const filter = operator.startsWith(':')
      ? this.extensible(attribute, operator, value)
      : this.comparison(attribute, operator, value);
    this.at += item.length;
    return filter;
  }

  private comparison(attribute: string, operator: string, value: string): Filter {
    if (!ATTRIBUTE.test(attribute)) throw this.fault(`"${attribute}" is no attribute`);
    if (operator === '=' && value === '*') return new PresenceFilter({ attribute });
    if (operator === '=' && value.includes('*')) return this.substrings(attribute, value);
    if (value.includes('*')) throw this.fault('a star in such a value is written \\2a');
    switch (operator) {
      case '>=':
        return new GreaterThanEqualsFilter({ attribute, value: this.textOf(value) });
      case '<=':
        return new LessThanEqualsFilter({ attribute, value: this.textOf(value) });
      case '~=':
        return new ApproximateFilter({ attribute, value: this.textOf(value) });
      default:
        return new EqualityFilter({ attribute, value: this.bytes(value) });
    }
  }

  private substrings(attribute: string, value: string): Filter {
    const parts = value.split('*').map((part) => this.textOf(part));
    const any = parts.slice(1, -1);
    if (any.includes('')) throw this.fault('two stars stand side by side');
    return new SubstringFilter({ attribute, initial: parts[0], any, final: parts.at(-1) });
  }

  /** `attribute:dn:rule:=value`, each part but the value optional (RFC 4511 section 4.5.1.7.7). */
  private extensible(attribute: string, operator: string, value: string): Filter {
    const words = operator
      .slice(1, -1)
      .replace(/:$/, '')
      .split(':')
      .filter((word) => word !== '');
    const dnAttributes = words[0]?.toLowerCase() === 'dn';
    if (dnAttributes) words.shift();
    const [rule, ...rest] = words;
    const isNamed = attribute !== '' || rule !== undefined;
    const isValid = (attribute === '' || ATTRIBUTE.test(attribute)) && (rule === undefined || RULE.test(rule));
    if (!isNamed || !isValid || rest.length > 0) throw this.fault(`"${attribute}${operator}" is no matching rule`);
    return new ExtensibleFilter({ matchType: attribute, rule, dnAttributes, value: this.textOf(value) });
  }

  private bytes(value: string): string | Buffer {
    if (!value.includes('\\')) return value;
    const parts: Buffer[] = [];
    for (let at = 0; at < value.length;) {
      const escape = value.indexOf('\\', at);
      parts.push(Buffer.from(value.slice(at, escape < 0 ? undefined : escape), 'utf8'));
      if (escape < 0) break;
      const hex = value.slice(escape + 1, escape + 3);
      if (!/^[0-9a-fA-F]{2}$/.test(hex)) throw this.fault('after a backslash two hexadecimal digits are needed');
      parts.push(Buffer.from(hex, 'hex'));
      at = escape + 3;
    }
    return Buffer.concat(parts);
  }

  private textOf(value: string): string {
    const bytes = this.bytes(value);
    if (typeof bytes === 'string') return bytes;
    const text = bytes.toString('utf8');
    if (!Buffer.from(text, 'utf8').equals(bytes)) throw this.fault('the escaped bytes are no UTF-8');
    return text;
  }

  private skipSpaces(): string | undefined {
    while (this.text[this.at] === ' ' || this.text[this.at] === '\n' || this.text[this.at] === '\r') this.at++;
    return this.text[this.at];
  }

  private expect(char: string): void {
    if (this.text[this.at] !== char) throw this.fault(`"${char}" is missing`);
    this.at++;
  }

  private fault(reason: string): FilterSyntaxError {
    return new FilterSyntaxError(`The filter is not valid at character ${this.at + 1}: ${reason}.`);
  }
}
