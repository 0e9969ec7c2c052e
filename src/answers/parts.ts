import { quoted } from './json';
import type { Out } from './out';

/** Gives the text of a value; `W` is what one request writes with. */
export type Text<W, T> = (writing: W, value: T) => string;
/** Writes a value that may be long. */
export type Write<W, T> = (out: Out, writing: W, value: T) => void;

/** A piece of an answer: always the same, a short text, or something long. */
export type Part<W, T> = string | Text<W, T> | { write: Write<W, T> };

/** `{"key":…,"key":…}` */
export function objectParts<W, T>(fields: readonly [key: string, parts: readonly Part<W, T>[]][]): Part<W, T>[] {
  const parts = fields.flatMap(([key, value], i) => [`${i === 0 ? '{' : ','}${quoted(key)}:`, ...value]);
  return [...(parts.length === 0 ? ['{'] : parts), '}'];
}

/** The parts as one: a text where none of them is long. */
export function joined<W, T>(parts: readonly Part<W, T>[]): Text<W, T> | { write: Write<W, T> } {
  const merged = mergeFixed(parts);
  if (merged.every((part) => typeof part !== 'object')) return textOf(merged);
  const writes = merged.map(writeOf);
  return {
    write: (out, writing, value) => {
      for (const write of writes) write(out, writing, value);
    },
  };
}

export function writeOf<W, T>(part: Part<W, T>): Write<W, T> {
  if (typeof part === 'object') return part.write;
  if (typeof part === 'string') {
    return (out) => {
      out.text += part;
    };
  }
  return (out, writing, value) => {
    out.text += part(writing, value);
  };
}

/** `[…,…]` */
export function arrayOf<W, T>(element: Text<W, T> | { write: Write<W, T> }): Write<W, readonly T[]> {
  if (typeof element === 'function') {
    return (out, writing, values) => {
      out.text += '[';
      for (let i = 0; i < values.length; i++) {
        out.text += i === 0 ? element(writing, values[i]) : `,${element(writing, values[i])}`;
        out.drain();
      }
      out.text += ']';
    };
  }
  return (out, writing, values) => {
    out.text += '[';
    for (let i = 0; i < values.length; i++) {
      if (i > 0) out.text += ',';
      element.write(out, writing, values[i]);
      out.drain();
    }
    out.text += ']';
  };
}

function mergeFixed<W, T>(parts: readonly Part<W, T>[]): Part<W, T>[] {
  const merged: Part<W, T>[] = [];
  for (const part of parts) {
    const last = merged[merged.length - 1];
    if (typeof part === 'string' && typeof last === 'string') merged[merged.length - 1] = last + part;
    else merged.push(part);
  }
  return merged;
}

/** Fixed texts and others in turn: the former before each of the latter, and one at the end. */
function textOf<W, T>(parts: readonly (string | Text<W, T>)[]): Text<W, T> {
  const fixed: string[] = [];
  const texts: Text<W, T>[] = [];
  for (const part of parts) {
    if (typeof part === 'string') fixed[texts.length] = part;
    else texts.push(part);
  }
  const before = texts.map((_, i) => fixed[i] ?? '');
  const end = fixed[texts.length] ?? '';
  return (writing, value) => {
    let text = '';
    for (let i = 0; i < texts.length; i++) text += before[i] + texts[i](writing, value);
    return text + end;
  };
}
