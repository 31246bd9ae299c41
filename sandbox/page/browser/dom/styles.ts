/** Puts style sheets that lie beside their code on the page, after those of page.css. */
export function wear(...sheets: readonly string[]): void {
  const worn = sheets.map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, ...worn];
}
