import { SaxesParser } from 'saxes';

/** An element of a request, whatever prefixes the client uses. */
export interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  text: string;
}

/** The operation of a SOAP request: the first element of its body. @throws Error where there is none or no XML. */
export function parseRequest(xml: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const stack = [root];
  const parser = new SaxesParser({ xmlns: false });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element: Element = { name: name.slice(name.indexOf(':') + 1), attributes, children: [], text: '' };
    stack.at(-1)?.children.push(element);
    stack.push(element);
  });
  const addText = (text: string) => {
    const top = stack.at(-1);
    if (top) top.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => void stack.pop());
  parser.write(xml).close();
  const body = child(root.children[0], 'Body');
  const operation = body?.children[0];
  if (!operation) throw new Error('The request has no operation.');
  return operation;
}

export function child(element: Element | undefined, name: string): Element | undefined {
  return element?.children.find((candidate) => candidate.name === name);
}

export function textOf(element: Element | undefined, name: string): string | undefined {
  return child(element, name)?.text.trim();
}

export function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

export function tag(name: string, text: string): string {
  return text === '' ? `<${name}/>` : `<${name}>${escape(text)}</${name}>`;
}

/** An answer in parts, to be sent as a stream. */
export function* envelope(operation: string, version: string, content: Iterable<string>): Generator<string> {
  yield `<?xml version='1.0' encoding='UTF-8'?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>`;
  yield `<ns:${operation}Response xmlns:ns="http://www.cisco.com/AXL/API/${version}">`;
  yield* content;
  yield `</ns:${operation}Response></soapenv:Body></soapenv:Envelope>`;
}

export function faultEnvelope(operation: string, version: string, code: number, message: string): string {
  return (
    `<?xml version='1.0' encoding='UTF-8'?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>` +
    `<soapenv:Fault><faultcode>soapenv:Server</faultcode>${tag('faultstring', message)}<detail>` +
    `<ns:axlError xmlns:ns="http://www.cisco.com/AXL/API/${version}">` +
    `${tag('axlcode', String(code))}${tag('axlmessage', message)}${tag('request', operation)}` +
    '</ns:axlError></detail></soapenv:Fault></soapenv:Body></soapenv:Envelope>'
  );
}
