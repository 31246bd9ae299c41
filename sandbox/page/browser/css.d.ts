/** The build hands style sheets of browser code over as text. */
declare module '*.css' {
  const text: string;
  export default text;
}
