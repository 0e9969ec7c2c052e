/** In the order in which they are applied; append only. */
export const migrations: (new () => object)[] = [];
