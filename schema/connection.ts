import { Field, Int, ObjectType, type ClassType } from 'type-graphql';
import { PageInfo } from './node';

/** One page of a list. `count` is called only if the caller selects `totalCount`. */
export interface Page<T> {
  nodes: T[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  cursorOf(node: T): string;
  count(): Promise<number>;
}

/** Makes the Relay types `NameConnection` and `NameEdge`; the value behind them is a `Page`. */
export function connectionOf<T extends object>(node: () => ClassType<T>, name: string) {
  @ObjectType(`${name}Edge`, { description: `A ${name} in a list.` })
  class Edge {
    @Field({ simple: true, description: 'Where this element stands, for `after` and `before`.' })
    cursor!: string;

    @Field(() => node(), { simple: true, description: `The ${name}.` })
    node!: T;
  }

  @ObjectType(`${name}Connection`, { description: `A page of a list of ${name}.` })
  class Connection {
    nodes!: T[];
    hasNextPage!: boolean;
    hasPreviousPage!: boolean;
    cursorOf!: (node: T) => string;
    count!: () => Promise<number>;

    @Field(() => [node()], { name: 'nodes', description: 'The elements without their cursors.' })
    listNodes(): T[] {
      return this.nodes;
    }

    @Field(() => [Edge], { description: 'The elements with their cursors.' })
    edges(): Edge[] {
      return this.nodes.map((element) => ({ cursor: this.cursorOf(element), node: element }));
    }

    @Field(() => PageInfo, { description: 'Where the page stands.' })
    pageInfo(): PageInfo {
      const { nodes, hasNextPage, hasPreviousPage } = this;
      const cursorAt = (index: number) => (nodes[index] ? this.cursorOf(nodes[index]) : null);
      return { hasNextPage, hasPreviousPage, startCursor: cursorAt(0), endCursor: cursorAt(nodes.length - 1) };
    }

    @Field(() => Int, { description: 'How many there are in all; counted only if selected.' })
    totalCount(): Promise<number> {
      return this.count();
    }
  }
  return Connection;
}
