/** A data file's text: the bundler and the test runner both load `.csv` files as strings. */
declare module '*.csv' {
  const text: string;
  export default text;
}
