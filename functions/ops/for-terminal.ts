/** A stranger's text must not steer the terminal: control and format characters become spaces. */
export function forTerminal(text: string, maxChars = 60): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, maxChars);
}
