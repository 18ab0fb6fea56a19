/** What stands before the first parameter when only white space or a comma parts it from the value. */
const valueBesideParameter = /^\s*([^\s;="(),]+)[\s,]+(?=[A-Za-z][A-Za-z0-9-]{0,63}(?:\*\d{0,3}\*?)?\s{0,8}=)/;
const parameterFirst = /^\s*(?=[A-Za-z][A-Za-z0-9-]{0,63}(?:\*\d{0,3}\*?)?\s{0,8}=)/;

/**
 * A structured field with the semicolon that RFC 2045 §5.1 and RFC 2183 §2 want before the first parameter, where the
 * sender forgot it (`image/png name=x.png`) or the whole value before it (`filename=x.png`): a boundary or a file name
 * is not lost for a semicolon. A value cannot hold a `=`, so that nothing else can be meant.
 */
export function mendLostSemicolon(field: string): string {
  const mended = field.replace(valueBesideParameter, '$1; ');
  return mended === field ? field.replace(parameterFirst, '; ') : mended;
}
