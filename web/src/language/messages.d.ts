declare module "messages:*" {
  /** Compiled from the language's message file: each gives its text with the values put in. */
  const catalog: Record<string, (values: Record<string, string | number>) => string>;
  export default catalog;
}
