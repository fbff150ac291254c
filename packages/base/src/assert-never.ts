/** Ends a total switch: a new member of the union becomes a type error here. */
export const assertNever = (value: never): never => {
  throw new Error(`not handled: ${JSON.stringify(value)}`);
};
