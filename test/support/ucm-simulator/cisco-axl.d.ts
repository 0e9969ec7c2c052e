/** The part of the cisco-axl client that is driven here; the package brings no types. */
declare module 'cisco-axl' {
  class AxlService {
    constructor(host: string, username: string, password: string, version: string);
    /** Holds the endpoint, whose port is otherwise always 8443. */
    _OPTIONS: { endpoint: string };
    executeOperation(operation: string, tags: object, options?: object): Promise<unknown>;
  }
  export = AxlService;
}
